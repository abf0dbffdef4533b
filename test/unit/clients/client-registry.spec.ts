import { Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { AsposeClient } from '../../../lib/clients/aspose-client.js';
import { ClientRegistry } from '../../../lib/clients/client-registry.js';
import type { AsposeTokenEvent } from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { ManualTokenClock } from '../../../lib/testing/index.js';
import { nestApp } from '../../support/nest-app.js';
import { RecordingLogger } from '../../support/recording-logger.js';

const clock = new ManualTokenClock();

function countingClient() {
  const client = { closed: 0, close: () => void (client.closed += 1) };
  return client;
}

describe('The client registry', () => {
  it('makes tokens whose events and log lines name their client', () => {
    const logger = new RecordingLogger();
    Logger.overrideLogger(logger);
    onTestFinished(() => Logger.overrideLogger(false));
    const tokens = new ClientRegistry(
      new ModulesContainer(),
      clock,
    ).createTokens(
      'reports',
      resolveOptions({ clientId: 'id', clientSecret: 'secret' }),
    );
    const events: AsposeTokenEvent[] = [];
    tokens.events$.subscribe((event) => events.push(event));

    tokens.reset();

    expect(events).toStrictEqual([
      { type: 'reset', at: clock.wallNow(), client: 'reports' },
    ]);
    expect(logger.lines).toMatchObject([
      { message: 'reset', context: 'AsposeAuth:reports' },
    ]);
  });

  it('is one for an app, however often it is provided', () => {
    const modules = new ModulesContainer();

    const registry = ClientRegistry.of(modules, clock);

    expect(ClientRegistry.of(modules, new ManualTokenClock())).toBe(registry);
  });

  it('is another for another app', () => {
    expect(ClientRegistry.of(new ModulesContainer(), clock)).not.toBe(
      ClientRegistry.of(new ModulesContainer(), clock),
    );
  });

  it('closes every client at shutdown, once', async () => {
    const module = await nestApp().compile();
    const registry = ClientRegistry.of(module.get(ModulesContainer), clock);
    const clients = [countingClient(), countingClient()];
    for (const client of clients)
      registry.add(client as unknown as AsposeClient);

    await module.close();
    await module.close();

    expect(clients.map(({ closed }) => closed)).toStrictEqual([1, 1]);
  });
});
