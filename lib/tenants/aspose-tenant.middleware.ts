import { Injectable, type NestMiddleware } from '@nestjs/common';

import { TenantContext } from './tenant-context.js';

/**
 * Enters the tenant of each request, as the option `tenants.tenantOf` reads it.
 *
 * Where a guard says who calls, middleware comes too early: use {@link AsposeTenantGuard} with {@link AsposeTenantInterceptor}.
 *
 * @example
 * ```ts
 * export class AppModule implements NestModule {
 *   configure(consumer: MiddlewareConsumer) {
 *     consumer.apply(AsposeTenantMiddleware).forRoutes('*'); // on NestJS 11 and later: '{*path}'
 *   }
 * }
 * ```
 */
@Injectable()
export class AsposeTenantMiddleware implements NestMiddleware {
  constructor(private readonly tenants: TenantContext) {}

  use(request: unknown, _response: unknown, next: () => void): void {
    this.tenants.begin(request, next);
  }
}
