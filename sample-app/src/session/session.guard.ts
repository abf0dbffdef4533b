import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';

import { type Session, Sessions } from './sessions.js';

/** A request that {@link SessionGuard} has let in. */
export interface SessionRequest extends Request {
  session: Session;
}

/** Lets in the pages of this app's visitors, and leaves the session on the request. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SessionRequest>();
    const session = this.sessions.of(request);
    if (session === undefined)
      throw new UnauthorizedException('There is no session: reload the page.');
    request.session = session;
    return true;
  }
}
