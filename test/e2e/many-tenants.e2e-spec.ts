import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeTenants,
  type TenantSettings,
} from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { MemoryGrowth } from '../support/memory-growth.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { scaled } from '../support/scale.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

const C = AsposeAuthErrorCode;
const MAX = scaled(100, 1_000);
const COUNT = 10 * MAX;
const AT_ONCE = 50;
const MiB = 1024 * 1024;

const named = (kind: string, count = COUNT) =>
  Array.from({ length: count }, (_, n) => `${kind}-${n}`);

/** An app with room for a tenth of its tenants. */
async function start(settings: Partial<TenantSettings> = {}) {
  const cloud = await startTenantCloud();
  const clock = new ManualTokenClock();
  const { app, aspose, tokens, logger } = await nestApp()
    .with(tenantsAt(cloud, { max: MAX, ...settings }))
    .timedBy(clock)
    .start();
  const tenants = app.get(AsposeTenants);
  const engines = () => Number(tokens.explain().tenants);
  /** Asks for a token of each; returns how many engines there were at most, and the codes of the failures. */
  const askFor = async (ids: readonly string[]) => {
    const failures = new Map<string, unknown>();
    let [next, most] = [0, 0];
    const ask = async () => {
      for (let id = ids[next]; id !== undefined; id = ids[next]) {
        next += 1;
        try {
          const { value } = await tenants.run(id, () => tokens.getToken());
          if (!value.startsWith(`${id}.`)) failures.set(id, value);
        } catch (error) {
          failures.set(id, (error as { code?: unknown }).code);
        }
        most = Math.max(most, engines());
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return { failures, most };
  };
  /** What the test itself keeps of each call. */
  const clear = () => {
    cloud.tokenRequests.length = 0;
    logger.lines.length = 0;
  };
  return { cloud, clock, aspose, tenants, tokens, engines, askFor, clear };
}

/** What is open in the process, by kind, and how many listen to it. */
function open(): Record<string, number> {
  const counts: Record<string, number> = {
    listeners: process
      .eventNames()
      .reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
  for (const kind of process.getActiveResourcesInfo())
    counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('Ten times as many tenants as there is room for', () => {
  it(
    'have no more engines than that, leave nothing behind, and heed what they were refused for',
    async () => {
      const { cloud, clock, engines, askFor, clear } = await start();
      const all = named('tenant');
      const bad = all.filter((_, n) => n % 10 === 0);
      for (const id of bad) cloud.refused.add(id);

      const first = await askFor(all);

      expect(first.failures).toEqual(
        new Map(bad.map((id) => [id, C.CREDENTIALS_REFUSED])),
      );
      expect(first.most).toBeLessThanOrEqual(MAX + AT_ONCE);
      expect(cloud.tokenRequests).toHaveLength(COUNT);
      clear();
      first.failures.clear();
      const before = open();
      const memory = await MemoryGrowth.start();
      await clock.advance(59_000);

      const second = await askFor(all);

      expect(second.failures).toEqual(
        new Map(bad.map((id) => [id, C.TOKEN_UNAVAILABLE])),
      );
      expect(second.most).toBeLessThanOrEqual(MAX + AT_ONCE);
      expect(engines()).toBe(MAX);
      expect(cloud.tokenRequests).toHaveLength(COUNT - bad.length);
      expect(clock.scheduled.all).toBe(0);
      const after = open();
      for (const kind of Object.keys(after))
        expect([kind, after[kind]]).toEqual([kind, before[kind]]);
      clear();
      second.failures.clear();
      await memory.note();
      // The engines of all of them would take 3 KiB each.
      expect(memory.bytes).toBeLessThan(scaled(2, 8) * MiB);

      await clock.advance(1_000);
      expect(await askFor([bad[0]!])).toMatchObject({ most: MAX });
      expect(cloud.tokenRequests).toEqual([bad[0]]);
    },
    scaled(120_000, 900_000),
  );

  it(
    'are not displaced by those that nobody knows, of whom a thousand are remembered',
    async () => {
      const asked: string[] = [];
      const { cloud, askFor, engines } = await start({
        credentials: async (id) => {
          asked.push(id);
          await new Promise((resolve) => setImmediate(resolve));
          return id.startsWith('stranger')
            ? undefined
            : { clientId: id, clientSecret: 'of-tenant' };
        },
      });
      const known = named('tenant', MAX);
      await askFor(known);
      const strangers = named('stranger', Math.max(COUNT, 2_000));
      asked.length = 0;

      const { failures, most } = await askFor(strangers);

      expect(new Set(failures.values())).toEqual(new Set([C.UNKNOWN_TENANT]));
      expect(failures.size).toBe(strangers.length);
      expect(most).toBeLessThanOrEqual(MAX + AT_ONCE);
      expect(asked).toHaveLength(strangers.length);
      asked.length = 0;
      await askFor(strangers.slice(-1_000));
      expect(asked).toEqual([]);
      await askFor(strangers.slice(0, 10));
      expect(asked).toHaveLength(10);
      expect((await askFor(known)).failures.size).toBe(0);
      expect(engines()).toBe(MAX);
      expect(cloud.tokenRequests).toHaveLength(MAX);
    },
    scaled(120_000, 900_000),
  );

  it('cannot all ask at once: twice as many as there is room for can', async () => {
    const { cloud, tenants, tokens, engines, askFor } = await start();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    cloud.beforeToken = () => held;

    const calls = named('tenant', 2 * MAX + 1).map((id) =>
      tenants.run(id, () => tokens.getToken()),
    );

    expect(await rejectionOf(calls.at(-1)!)).toMatchObject({
      code: C.TENANT_LIMIT,
      retryAfterMs: 1_000,
    });
    expect(engines()).toBe(2 * MAX);
    goOn();
    await Promise.all(calls.slice(0, -1));
    await askFor(['another']);
    expect(engines()).toBe(MAX);
  });
});

it('A thousand first calls of one tenant cost one look-up and one token request', async () => {
  const asked: string[] = [];
  const { cloud, aspose, tenants } = await start({
    credentials: async (id) => {
      asked.push(id);
      return { clientId: id, clientSecret: 'of-tenant' };
    },
  });

  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () =>
      tenants.run('a', () => firstValueFrom(aspose.get('/of/a/report'))),
    ),
  );

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(asked).toEqual(['a']);
  expect(cloud.tokenRequests).toEqual(['a']);
});
