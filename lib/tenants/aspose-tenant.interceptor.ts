import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';

import { TenantContext } from './tenant-context.js';
import { callOf, requestOf } from './tenant-request.js';

/**
 * Enters the tenant of a request for its handler, and for what the handler returns: an observable, a stream of events.
 *
 * The tenant is the one that {@link AsposeTenantGuard} read, or else what the option `tenants.tenantOf` reads now.
 *
 * @example
 * ```ts
 * @UseInterceptors(AsposeTenantInterceptor)
 * @WebSocketGateway()
 * export class ReportGateway {}
 * ```
 */
@Injectable()
export class AsposeTenantInterceptor implements NestInterceptor {
  constructor(protected readonly tenants: TenantContext) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const call = callOf(context);
    const tenant =
      this.tenants.noted(call) ??
      this.tenants.note(this.getRequest(context), call);
    if (tenant === undefined) return next.handle();
    // Subscribed to inside, or what the handler returns would be produced outside.
    return new Observable((subscriber) =>
      this.tenants.run(tenant, () => next.handle().subscribe(subscriber)),
    );
  }

  /** What the option `tenants.tenantOf` gets. */
  protected getRequest(context: ExecutionContext): unknown {
    return requestOf(context);
  }
}
