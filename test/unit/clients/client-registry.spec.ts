import { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import type { AsposeClient } from '../../../lib/clients/aspose-client.js';
import { ClientRegistry } from '../../../lib/clients/client-registry.js';
import { ManualTokenClock } from '../../../lib/testing/index.js';

const clock = new ManualTokenClock();

function countingClient() {
  const client = { closed: 0, close: () => void (client.closed += 1) };
  return client;
}

describe('The client registry', () => {
  it('is one for an app, however often it is provided', () => {
    const modules = new ModulesContainer();

    const registry = ClientRegistry.of(modules, clock);

    expect(ClientRegistry.of(modules, new ManualTokenClock())).toBe(registry);
    expect(registry.shared.clock).toBe(clock);
  });

  it('is another for another app', () => {
    expect(ClientRegistry.of(new ModulesContainer(), clock)).not.toBe(
      ClientRegistry.of(new ModulesContainer(), clock),
    );
  });

  it('closes every client at shutdown, once', () => {
    const registry = new ClientRegistry(clock);
    const clients = [countingClient(), countingClient()];
    for (const client of clients)
      registry.add(client as unknown as AsposeClient);

    registry.onApplicationShutdown();
    registry.onApplicationShutdown();

    expect(clients.map(({ closed }) => closed)).toStrictEqual([1, 1]);
  });
});
