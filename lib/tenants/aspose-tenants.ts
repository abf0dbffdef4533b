import { InvalidOptionsError } from '../errors/errors.js';
import {
  completeSource,
  standingFor,
  type TokenLayer,
} from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';
import type { TenantContext } from './tenant-context.js';
import { assertTenantId } from './tenant-id.js';
import { TokensOfTenant } from './tokens-of-tenant.js';

/**
 * Says whose tokens are used, in an app whose tenants have Aspose accounts of their own: the option `tenants`.
 *
 * Whatever asks for a token gets that of the current tenant, and an error if there is none. A request that waits, is sent
 * again or streams keeps the tenant that it began with.
 *
 * @example
 * ```ts
 * @Processor('reports')
 * export class ReportProcessor extends WorkerHost {
 *   constructor(
 *     private readonly tenants: AsposeTenants,
 *     private readonly reports: ReportService,
 *   ) {
 *     super();
 *   }
 *
 *   process(job: Job<{ tenant: string; path: string }>) {
 *     return this.tenants.run(job.data.tenant, () => this.reports.toPdf(job.data.path));
 *   }
 * }
 * ```
 */
export class AsposeTenants {
  private readonly context: TenantContext;
  private readonly sourceOf: (client?: string) => TokenSource;

  constructor(
    context: TenantContext,
    sourceOf: (client?: string) => TokenSource,
  ) {
    this.context = context;
    this.sourceOf = sourceOf;
  }

  /** The id of the current tenant; undefined without one. */
  get current(): string | undefined {
    return this.context.current;
  }

  /**
   * Calls a function for which a tenant is current, and for all that it starts: promises, timers, streams.
   *
   * @param id - 1 to 200 characters.
   * @returns what the function returns.
   * @throws {InvalidOptionsError} when the id is not valid.
   */
  run<T>(id: string, call: () => T): T {
    return this.context.run(id, call);
  }

  /**
   * Returns the tokens of a tenant, whichever is current: for `createAsposeFetch`, `withAsposeTokens` and the like. Those of the
   * default client, unless another is named.
   *
   * @throws {InvalidOptionsError} when the id is not valid, or when the client has no tenants.
   */
  for(
    id: string,
    { client }: { readonly client?: string | undefined } = {},
  ): TokenLayer {
    const what = 'There are no tokens of a tenant';
    assertTenantId(id, what);
    const source = completeSource(this.sourceOf(client), []);
    if (source.explain().mode === 'client-credentials')
      throw new InvalidOptionsError(what, [
        'The client has credentials of its own: give it the option tenants instead.',
      ]);
    return standingFor(source, new TokensOfTenant(source, this.context, id));
  }

  /**
   * Forgets a tenant's token, its credentials, and that it was unknown: the next caller gets a token with what
   * `tenants.credentials` returns now. What its credentials were refused for is not forgotten.
   *
   * @throws {InvalidOptionsError} when the id is not valid.
   */
  forget(id: string): void {
    assertTenantId(id, 'The tenant cannot be forgotten');
    this.context.forget(id);
  }
}
