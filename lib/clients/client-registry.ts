import type { ModulesContainer } from '@nestjs/core';
import { Subject } from 'rxjs';

import { CredentialMemory } from '../credential/credential-memory.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { addLastShutdownHook } from '../registration/last-shutdown-hook.js';
import { StoreAccesses } from '../store/store-access.js';
import { TenantContext } from '../tenants/tenant-context.js';
import { sleep } from '../token/abortable.js';
import { publishEvent } from '../token/event-channel.js';
import type { TokenClock } from '../token/token-clock.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import type { AsposeClient } from './aspose-client.js';
import { AsposeClients } from './aspose-clients.js';
import { AsposeTokenService } from './aspose-token.service.js';
import { ClientLog } from './client-log.js';
import { buildTokenTower } from './token-tower.js';

const registries = new WeakMap<ModulesContainer, ClientRegistry>();

/** For how long an app that shuts down waits for its stores, in milliseconds. */
const LAST_WORDS_MS = 250;

/** The clients of an app, and what they share. */
export class ClientRegistry {
  private readonly clock: TokenClock;
  private readonly memory: CredentialMemory;
  private readonly stores: StoreAccesses;
  private readonly open = new Set<AsposeClient>();
  readonly clients: AsposeClients;
  readonly tenants = new TenantContext();

  constructor(modules: ModulesContainer, clock: TokenClock) {
    this.clients = new AsposeClients(modules);
    this.clock = clock;
    this.memory = new CredentialMemory(clock);
    this.stores = new StoreAccesses(clock);
  }

  /**
   * Returns the one registry of an app. Not a matter of its module: Nest 10 makes a static module's providers again when a
   * lazy-loaded module imports it.
   */
  static of(modules: ModulesContainer, clock: TokenClock): ClientRegistry {
    const known = registries.get(modules);
    if (known !== undefined) return known;
    const registry = new ClientRegistry(modules, clock);
    registries.set(modules, registry);
    addLastShutdownHook(modules, () => registry.close());
    return registry;
  }

  /** Builds a client's tower and the service above it, and logs its events. */
  createTokens(client: string, options: ResolvedOptions): AsposeTokenService {
    const events$ = new Subject<AsposeTokenEvent>();
    const log = new ClientLog(client);
    events$.subscribe((event) => log.write(event));
    events$.subscribe(publishEvent);
    const tower = buildTokenTower({
      client,
      options,
      clock: this.clock,
      memory: this.memory,
      stores: this.stores,
      tenants: this.tenants,
      transport: axiosTokenTransport(options.tokenAxios),
      onEvent: (event) => events$.next(event),
    });
    return new AsposeTokenService(
      client,
      tower,
      events$,
      options.allowedOrigins,
    );
  }

  /** Adds a client, to be closed with the app. */
  add(client: AsposeClient): AsposeClient {
    this.open.add(client);
    return client;
  }

  /** What is under way tells a store that it is over, so that other processes need not wait for it. */
  private async close(): Promise<void> {
    for (const client of this.open) client.close();
    this.open.clear();
    await sleep(this.clock, LAST_WORDS_MS, undefined, this.memory.ended());
  }
}
