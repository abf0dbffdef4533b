import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AsposeClients } from '../clients/aspose-clients.js';
import { modulesOf } from '../registration/app-modules.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { explanationOf } from '../token/token-layer.js';
import type { HealthSettings } from './aspose-health-options.interface.js';
import { knowsDegraded } from './terminus-version.js';
import { healthOf, type TokenHealth } from './token-health.js';

/** The injection token of the options. */
export const HEALTH_OPTIONS = 'ASPOSE_HEALTH_OPTIONS';

/** What a health check lists, under the key of the indicator. */
export type AsposeHealthResult<Key extends string = string> = Record<
  Key,
  Omit<TokenHealth, 'status'> & {
    /** With Terminus 12 also `degraded`, which the types of earlier versions do not have. */
    readonly status: 'up' | 'down';
    /** In place of the status `degraded`, with Terminus 10 and 11. */
    readonly degraded?: true;
    /** The name of the client, if it was asked for by its name. */
    readonly client?: string;
  }
>;

/**
 * Tells Terminus 10, 11 and 12 whether the app can reach Aspose.
 *
 * Made for readiness probes. It goes by what the process knows and never asks the token endpoint, so that a probe costs
 * nothing and settles at once.
 *
 * @example
 * ```ts
 * @Get('readyz')
 * @HealthCheck()
 * check() {
 *   return this.health.check([() => this.aspose.isHealthy('aspose')]);
 * }
 * ```
 */
@Injectable()
export class AsposeHealthIndicator {
  /** Terminus may be loaded after this. */
  private knowsDegraded: boolean | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    @Inject(HEALTH_OPTIONS)
    private readonly options: HealthSettings,
  ) {}

  /**
   * Tells the health of a client: the one without a name, unless another is named. The result is for `HealthCheckService.check()`,
   * in the form that the app's version expects.
   *
   * Of a client with the option `tenants`, it tells of the current tenant. Where none is current, it is up: one customer's
   * credentials are no reason to take a replica out.
   *
   * @param key - what the result is listed under.
   * @throws {AsposeAuthError} with `ASPOSE_AUTH_UNKNOWN_CLIENT`, listing the clients that there are.
   */
  async isHealthy<Key extends string>(
    key: Key,
    { client }: { readonly client?: string | undefined } = {},
  ): Promise<AsposeHealthResult<Key>> {
    const clients = this.moduleRef.get(AsposeClients, { strict: false });
    const explanation = explanationOf(clients.sourceOf(client));
    const { status, ...details } = healthOf(explanation, this.options);
    const named =
      client === undefined || client === DEFAULT_CLIENT ? {} : { client };
    const result = (health: object) =>
      ({
        [key]: { ...health, ...details, ...named },
      }) as AsposeHealthResult<Key>;
    this.knowsDegraded ??= knowsDegraded(modulesOf(this.moduleRef));
    if (this.knowsDegraded) return result({ status });
    if (status === 'down') throw new AsposeHealthError(key, result({ status }));
    return result(
      status === 'degraded' ? { status: 'up', degraded: true } : { status },
    );
  }
}

/** How Terminus 10 and 11 are told that an indicator is down. */
class AsposeHealthError extends Error {
  readonly isHealthCheckError = true;

  constructor(
    key: string,
    readonly causes: object,
  ) {
    super(`${key} is down`);
  }
}
