import type { OnApplicationShutdown } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

import type { TokenClock } from '../token/token-clock.js';
import type { AsposeClient } from './aspose-client.js';
import type { TowerSurroundings } from './token-tower.js';

const registries = new WeakMap<ModulesContainer, ClientRegistry>();

/** The clients of an app, and what their towers share. */
export class ClientRegistry implements OnApplicationShutdown {
  /** What there is once per app, whatever the number of its clients. */
  readonly shared: TowerSurroundings;
  readonly #clients = new Set<AsposeClient>();

  constructor(clock: TokenClock) {
    this.shared = { clock };
  }

  /**
   * The registry of an app: one per container of modules, since Nest 10 makes the providers of a static module again when
   * a lazy-loaded module imports it.
   */
  static of(modules: ModulesContainer, clock: TokenClock): ClientRegistry {
    const registry = registries.get(modules) ?? new ClientRegistry(clock);
    registries.set(modules, registry);
    return registry;
  }

  /** Adds a client, to be closed with the app. */
  add(client: AsposeClient): AsposeClient {
    this.#clients.add(client);
    return client;
  }

  /** Not earlier: while Nest drains, requests still need tokens. */
  onApplicationShutdown(): void {
    for (const client of this.#clients) client.close();
    this.#clients.clear();
  }
}
