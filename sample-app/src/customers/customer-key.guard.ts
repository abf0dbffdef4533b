import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';

import { CustomerStore } from './customer-store.js';

/** A request of which {@link CustomerKeyGuard} knows who sent it. */
export interface CustomerRequest extends Request {
  customer?: string;
}

/** Lets in who sends the key of a customer, and leaves that customer's id on the request. */
@Injectable()
export class CustomerKeyGuard implements CanActivate {
  constructor(private readonly customers: CustomerStore) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<CustomerRequest>();
    const key = request.get('x-customer-key') ?? '';
    const customer = this.customers.findByKey(key);
    if (customer === undefined)
      throw new UnauthorizedException(
        'Send your key in the header x-customer-key.',
      );
    request.customer = customer;
    return true;
  }
}
