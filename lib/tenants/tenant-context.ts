import { AsyncLocalStorage } from 'node:async_hooks';

import { InvalidOptionsError } from '../errors/errors.js';
import { assertTenantId } from './tenant-id.js';

/** How an app tells which tenant is served. */
export interface TenantDetection {
  /**
   * Reads the tenant from a request, for `AsposeTenantMiddleware`, `AsposeTenantGuard` and `AsposeTenantInterceptor`. With
   * middleware on Fastify, the request is Node's own.
   *
   * @returns the tenant's id, or undefined for a request of no tenant.
   */
  readonly tenantOf?: ((request: never) => string | undefined) | undefined;
  /** The current tenant as something else knows it: `() => cls.get('tenant')`, say. Asked where `AsposeTenants.run()` does not say. */
  readonly currentTenant?: (() => string | undefined) | undefined;
}

const WHAT = 'The current tenant is unknown';

/** Knows which tenant of an app is current. */
export class TenantContext {
  readonly #storage = new AsyncLocalStorage<string>();
  /** By raw request: guards, filters and what reads a stream run outside any interceptor. */
  readonly #noted = new WeakMap<object, string>();
  readonly #forgetful = new Set<(tenant: string) => void>();
  #detection: TenantDetection = {};
  #detects: string | undefined;

  /**
   * Takes over how a client detects the tenant.
   *
   * @throws {InvalidOptionsError} when another client does so already.
   */
  detectBy(detection: TenantDetection, client: string): void {
    const { tenantOf, currentTenant } = detection;
    if (tenantOf === undefined && currentTenant === undefined) return;
    if (this.#detects !== undefined && this.#detects !== client)
      throw new InvalidOptionsError(
        `AsposeAuthModule cannot start the client '${client}'`,
        [
          `tenants.tenantOf and tenants.currentTenant are given to the client '${this.#detects}' already: an app has one current tenant. Give them to one of the two.`,
        ],
      );
    this.#detects = client;
    this.#detection = detection;
  }

  /** The id of the current tenant; undefined without one. */
  get current(): string | undefined {
    const entered = this.#storage.getStore();
    if (entered !== undefined) return entered;
    const id: unknown = this.#detection.currentTenant?.();
    if (id === undefined || id === null) return undefined;
    assertTenantId(id, WHAT);
    return id;
  }

  /** Calls a function for which, and for all that it starts, a tenant is current. */
  run<T>(id: string, call: () => T): T {
    assertTenantId(id, 'The tenant cannot be entered');
    return this.#storage.run(id, call);
  }

  /** The same for the tenant of a request; without one, it changes nothing. */
  runFor<T>(request: unknown, call: () => T): T {
    const id = this.noted(request);
    return id === undefined ? call() : this.#storage.run(id, call);
  }

  /** Reads the tenant from a request, and keeps it by the request. */
  note(request: unknown): string | undefined {
    const { tenantOf } = this.#detection;
    if (tenantOf === undefined)
      throw new InvalidOptionsError(WHAT, [
        'No client has the option tenants.tenantOf, which reads the tenant from a request.',
      ]);
    const id: unknown = tenantOf(request as never);
    if (id === undefined || id === null) return undefined;
    assertTenantId(id, WHAT);
    const raw = rawOf(request);
    if (raw !== undefined) this.#noted.set(raw, id);
    return id;
  }

  /** Has a function called with each tenant that is to be forgotten. */
  onForget(forget: (tenant: string) => void): void {
    this.#forgetful.add(forget);
  }

  /** Has every client forget a tenant. */
  forget(tenant: string): void {
    for (const forget of this.#forgetful) forget(tenant);
  }

  /** The tenant that was read from a request before. */
  noted(request: unknown): string | undefined {
    const raw = rawOf(request);
    return raw && this.#noted.get(raw);
  }
}

/** Node's own request, which the platform's may wrap. */
function rawOf(request: unknown): object | undefined {
  const { raw = request } = Object(request) as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? raw : undefined;
}
