import { createHash, timingSafeEqual } from 'node:crypto';

import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Request } from 'express';

/** Lets in services that send the SERVICE_KEY; while it is not set, nobody. */
@Injectable()
export class ServiceKeyGuard implements CanActivate {
  constructor(private readonly config: ConfigService) {}

  canActivate(context: ExecutionContext): boolean {
    const expected = this.config.get<string>('SERVICE_KEY');
    if (!expected)
      throw new ForbiddenException('No tokens here: SERVICE_KEY is not set.');
    const given = keyIn(context.switchToHttp().getRequest<Request>());
    if (typeof given === 'string' && isSame(given, expected)) return true;
    throw new UnauthorizedException(
      'Send the service key in the header x-service-key, or as client_secret.',
    );
  }
}

function keyIn(request: Request): unknown {
  const form = request.body as { client_secret?: unknown } | undefined;
  // Aspose's SDKs can send no such header to a token endpoint, only a client secret.
  return request.get('x-service-key') ?? form?.client_secret;
}

/** Compares hashes in constant time: its duration tells nothing about the key. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
