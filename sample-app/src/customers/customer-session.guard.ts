import {
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';

import { SessionGuard, type SessionRequest } from '../session/session.guard.js';
import type { CustomerRequest } from './customer-key.guard.js';

/** Lets in the pages of customers who have signed in, and leaves the customer's id on the request. */
@Injectable()
export class CustomerSessionGuard extends SessionGuard {
  override canActivate(context: ExecutionContext): boolean {
    super.canActivate(context);
    const request = context
      .switchToHttp()
      .getRequest<SessionRequest & CustomerRequest>();
    const { customer } = request.session;
    if (customer === undefined)
      throw new UnauthorizedException('Sign in with the key of a customer.');
    request.customer = customer;
    return true;
  }
}
