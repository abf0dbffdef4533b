import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';

import { TenantContext } from './tenant-context.js';
import { callOf, requestOf } from './tenant-request.js';

/**
 * Reads the tenant of a request once other guards have run, by the option `tenants.tenantOf`: for `request.user`, say.
 *
 * It turns nobody away. Guards that run later, such as `@RequireAsposeToken()`, go by that tenant; {@link AsposeTenantInterceptor}
 * enters it for the handler.
 *
 * @example
 * ```ts
 * @UseGuards(SessionGuard, AsposeTenantGuard)
 * @UseInterceptors(AsposeTenantInterceptor)
 * @Controller('reports')
 * export class ReportController {}
 * ```
 */
@Injectable()
export class AsposeTenantGuard implements CanActivate {
  constructor(protected readonly tenants: TenantContext) {}

  canActivate(context: ExecutionContext): boolean {
    this.tenants.noteAgain(this.getRequest(context), callOf(context));
    return true;
  }

  /** What the option `tenants.tenantOf` gets. */
  protected getRequest(context: ExecutionContext): unknown {
    return requestOf(context);
  }
}
