import { AsyncLocalStorage } from 'node:async_hooks';

import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { AsposeTenants, type AsposeTokenWait } from '../../lib/index.js';
import { answering } from '../../lib/testing/emulator/api-routes.js';
import { ManualTokenClock, MemoryTokenStore } from '../../lib/testing/index.js';
import {
  onWait,
  publishedEvents,
  publishedFetches,
  publishedOperations,
} from '../support/channels.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { leaksIn } from '../support/leaks.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const DAY_MS = 86_400_000;

describe('The diagnostics channels', () => {
  it('have the very events of the client, and each of its token requests', async () => {
    const published = publishedEvents();
    const { steps } = publishedFetches();
    const cloud = await startCloud();
    const { tokens, events } = await nestApp().overCloud(cloud).start();

    await tokens.getToken();

    expect(published).toStrictEqual(events);
    expect(published[0]).toBe(events[0]);
    expect(steps.filter(({ step }) => step === 'asyncEnd')).toStrictEqual([
      {
        step: 'asyncEnd',
        client: 'default',
        waits: [],
        outcome: 'accepted',
        durationMs: expect.any(Number) as number,
        result: undefined,
      },
    ]);
  });

  it('tell of success, revocation, outage and refusal, and give neither token nor secret away', async () => {
    const published = publishedEvents();
    const { steps, messages } = publishedFetches();
    const cloud = await startCloud({ clientSecret: SECRET });
    cloud.route('GET', '/disc', answering({ status: 200, body: {} }));
    const clock = new ManualTokenClock();
    const { aspose, tokens } = await nestApp()
      .with({
        ...optionsFor(cloud),
        clientSecret: SECRET,
        retry: { attempts: 2 },
      })
      .timedBy(clock)
      .start();
    const canaries: Record<string, string> = { secret: SECRET };
    const call = async () => {
      await firstValueFrom(aspose.get('/disc'));
      const token = String(tokens.peekToken()?.value);
      canaries[`token ${Object.keys(canaries).length}`] = token;
    };
    const outcomes = () =>
      steps
        .filter(({ step }) => step === 'asyncEnd')
        .map(({ outcome, status }) => ({ outcome, status }));

    await call();
    cloud.revokeAll();
    await call();
    await clock.advance(0.81 * DAY_MS);
    cloud.failNext({ kind: 'html' });
    await call();
    await eventually(() => expect(outcomes()).toHaveLength(3));
    await clock.advance(60_000);
    cloud.failNext({ kind: 'refuse' });
    await call();
    await eventually(() => expect(outcomes()).toHaveLength(4));
    await clock.advance(DAY_MS);
    cloud.failNext({ kind: 'reset' }, { times: 2 });
    const rejection = rejectionOf(tokens.getToken());
    await eventually(() =>
      expect(published.at(-1)?.type).toBe('attempt-failed'),
    );
    await clock.advance(5_000);
    const failed = await rejection;

    expect(outcomes().slice(0, 4)).toStrictEqual([
      { outcome: 'accepted', status: undefined },
      { outcome: 'accepted', status: undefined },
      { outcome: 'transient', status: 502 },
      { outcome: 'refused', status: 400 },
    ]);
    expect(new Set(published.map(({ type }) => type))).toStrictEqual(
      new Set(['fetched', 'unauthorized', 'refresh-failed', 'attempt-failed']),
    );
    expect(Object.keys(canaries).length).toBeGreaterThan(2);
    expect(leaksIn(failed, canaries)).toStrictEqual([]);
    expect(leaksIn(published, canaries)).toStrictEqual([]);
    expect(leaksIn(steps, canaries)).toStrictEqual([]);
    expect(leaksIn(messages, canaries)).toStrictEqual([]);
  });

  it('tell of each caller who waits for a token request, in the context of that caller', async () => {
    const { steps } = publishedFetches();
    const callers = new AsyncLocalStorage<string>();
    const waits = new Map<AsposeTokenWait, string | undefined>();
    onWait((wait) => waits.set(wait, callers.getStore()));
    const cloud = await startCloud();
    cloud.latencyMs = 200;
    const { tokens } = await nestApp().overCloud(cloud).start();
    const as = (caller: string) => callers.run(caller, () => tokens.getToken());

    const early = as('early');
    await eventually(() => expect(steps).toHaveLength(2));
    await Promise.all([early, as('late'), as('later')]);
    await as('from memory');

    expect([...waits]).toStrictEqual(
      ['early', 'late', 'later'].map((caller) => [
        { client: 'default' },
        caller,
      ]),
    );
    const [{ waits: waited } = { waits: [] }] = steps;
    expect(waited).toHaveLength(3);
    expect(waited.every((wait) => waits.has(wait))).toBe(true);
  });

  it('tell what a store does', async () => {
    const operations = publishedOperations();
    const cloud = await startCloud();
    const { tokens } = await nestApp()
      .with({ ...optionsFor(cloud), store: new MemoryTokenStore() })
      .start();

    await tokens.getToken();

    expect(operations[0]).toStrictEqual({
      client: 'default',
      store: 'memory',
      operation: 'read',
      outcome: 'miss',
      durationMs: expect.any(Number) as number,
    });
    expect(new Set(operations.map(({ operation }) => operation))).toStrictEqual(
      new Set(['read', 'tryLock', 'write', 'unlock']),
    );
    expect(
      leaksIn(operations, { secret: cloud.clientSecret, id: cloud.clientId }),
    ).toEqual([]);
  });

  it('tell tenants apart, and not who they are', async () => {
    const published = publishedEvents();
    const { steps } = publishedFetches();
    const cloud = await startTenantCloud();
    const { app, tokens } = await nestApp().with(tenantsAt(cloud)).start();

    await app.get(AsposeTenants).run('acme-of-berlin', () => tokens.getToken());

    const tenant = expect.stringMatching(/^[0-9a-f]{8}$/) as string;
    expect(published).toMatchObject([
      { type: 'fetched', client: 'default', tenant },
    ]);
    expect(steps.at(-1)).toMatchObject({
      client: 'default',
      tenant: published[0]?.tenant,
      outcome: 'accepted',
    });
    expect(leaksIn([published, steps], { id: 'acme-of-berlin' })).toEqual([]);
  });
});
