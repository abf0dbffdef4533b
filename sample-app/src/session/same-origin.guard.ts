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
    const { origin, host } = context
      .switchToHttp()
      .getRequest<Request>().headers;
    // Browsers send it with every request that is to change something.
    if (URL.canParse(origin ?? '') && new URL(origin ?? '').host === host)
      return true;
    throw new ForbiddenException('Only pages of this app may do this.');
  }
}
