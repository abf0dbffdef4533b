import type { IncomingHttpHeaders } from 'node:http';

import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
} from '@nestjs/common';
import type { Request } from 'express';

/**
 * Keeps other origins' pages from changing anything: the cookie alone does not, since another port of this host is the same site.
 *
 * A gateway does so by itself.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (isOwn(headers)) return true;
    throw new ForbiddenException('Only pages of this app may do this.');
  }
}

/** Browsers say so themselves, whatever a proxy makes of the host. Without TLS, other hosts are told the origin only. */
function isOwn({
  origin = '',
  host,
  'sec-fetch-site': site,
}: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === host;
}
