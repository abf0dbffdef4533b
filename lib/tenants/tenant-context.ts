import { AsyncLocalStorage } from 'node:async_hooks';

import { InvalidOptionsError } from '../errors/errors.js';
import { assertTenantId } from './tenant-id.js';

/** How an app tells which tenant is served. */
export interface TenantDetection {
  /**
   * Reads the tenant's id from a request, for `AsposeTenantMiddleware`, `AsposeTenantGuard` and `AsposeTenantInterceptor`;
   * undefined for a request of no tenant. With middleware on Fastify, the request is Node's own.
   *
   * @returns the tenant's id, or undefined for a request of no tenant.
   */
  readonly tenantOf?: ((request: never) => string | undefined) | undefined;
  /** Tells the current tenant as something else knows it: `() => cls.get('tenant')`, say. Called where no tenant has been entered. */
  readonly currentTenant?: (() => string | undefined) | undefined;
}

const WHAT = 'The current tenant is unknown';

/** Knows which tenant of an app is current. */
export class TenantContext {
  private readonly storage = new AsyncLocalStorage<string | undefined>();
  /** By raw request: guards, filters and what reads a stream run outside any interceptor. */
  private readonly tenantsOf = new WeakMap<object, string | undefined>();
  private readonly forgetful = new Set<(tenant: string) => void>();
  private detection: TenantDetection = {};
  private detects: string | undefined;

  /**
   * Takes over how a client detects the tenant.
   *
   * @throws {InvalidOptionsError} when another client does so already.
   */
  detectBy(detection: TenantDetection, client: string): void {
    const { tenantOf, currentTenant } = detection;
    if (tenantOf === undefined && currentTenant === undefined) return;
    if (this.detects !== undefined && this.detects !== client)
      throw new InvalidOptionsError(
        `AsposeAuthModule cannot start the client '${client}'`,
        [
          `tenants.tenantOf and tenants.currentTenant are given to the client '${this.detects}' already: an app has one current tenant. Give them to one of the two.`,
        ],
      );
    this.detects = client;
    this.detection = detection;
  }

  /** The id of the tenant that was entered last, and not left; undefined without one. */
  get entered(): string | undefined {
    return this.storage.getStore();
  }

  /** The id of the current tenant; undefined without one. */
  get current(): string | undefined {
    const { entered } = this;
    if (entered !== undefined) return entered;
    return tenantIn(this.detection.currentTenant?.(), 'currentTenant');
  }

  /** Whether the app tells the current tenant, by the option `currentTenant`. */
  get isTold(): boolean {
    return this.detection.currentTenant !== undefined;
  }

  /** Calls a function for which, and for all that it starts, a tenant is current. */
  run<T>(id: string, call: () => T): T {
    assertTenantId(id, 'The tenant cannot be entered');
    return this.storage.run(id, call);
  }

  /** The same for the tenant that a call was noted with; without one, it changes nothing. */
  runFor<T>(call: unknown, work: () => T): T {
    const id = this.noted(call);
    return id === undefined ? work() : this.storage.run(id, work);
  }

  /** Calls a function for the tenant of a new request or, if it has none, for no tenant, whatever was current before. */
  begin<T>(request: unknown, work: () => T): T {
    return this.storage.run(this.note(request), work);
  }

  /**
   * Reads the tenant from a request, and notes it.
   *
   * @param call - what it is noted with, where one request stands for many calls.
   * @throws {InvalidOptionsError} when no client has the option `tenantOf`, or when it does not return a valid id.
   */
  note(request: unknown, call: unknown = request): string | undefined {
    const { tenantOf } = this.detection;
    // Under test, or in an app whose clients all have credentials of their own.
    if (this.forgetful.size === 0) return undefined;
    if (tenantOf === undefined)
      throw new InvalidOptionsError(WHAT, [
        'No client has the option tenants.tenantOf, which reads the tenant from a request.',
      ]);
    const id = tenantIn(tenantOf(request as never), 'tenantOf');
    const raw = rawOf(call);
    if (raw !== undefined) this.tenantsOf.set(raw, id);
    return id;
  }

  /**
   * The same once a request is under way.
   *
   * @throws {InvalidOptionsError} when it began with another tenant, for which its handler would go on.
   */
  noteAgain(request: unknown, call: unknown): string | undefined {
    const id = this.note(request, call);
    const { entered } = this;
    if (entered === undefined || entered === id) return id;
    throw new InvalidOptionsError(WHAT, [
      'AsposeTenantGuard reads another tenant from the request than AsposeTenantMiddleware did before: use one of the two.',
    ]);
  }

  /** Has a function called with each tenant that is to be forgotten. */
  onForget(forget: (tenant: string) => void): void {
    this.forgetful.add(forget);
  }

  /** Has every client forget a tenant. */
  forget(tenant: string): void {
    for (const forget of this.forgetful) forget(tenant);
  }

  /** The tenant that was read for a call before. */
  noted(call: unknown): string | undefined {
    const raw = rawOf(call);
    return raw && this.tenantsOf.get(raw);
  }
}

/** What a function of the app's says of the tenant. */
function tenantIn(id: unknown, option: string): string | undefined {
  if (id === undefined || id === null) return undefined;
  assertTenantId(id, `${WHAT} (tenants.${option})`);
  return id;
}

/** Node's own request, which the platform's may wrap. */
function rawOf(request: unknown): object | undefined {
  const { raw = request } = Object(request) as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? raw : undefined;
}
