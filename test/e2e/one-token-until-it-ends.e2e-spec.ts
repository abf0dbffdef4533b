import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { serveOneToken } from '../support/one-token-endpoint.js';
import { scaled } from '../support/scale.js';
import { watch } from '../support/watched-promise.js';

const STEP_MS = 100;
const CALLS_A_STEP = 5;
const LIFETIMES = scaled(5, 40);

/** An app whose token endpoint hands out one token until it ends. */
async function appOver(
  lifetimeSeconds: number,
  {
    written,
    ...options
  }: AsposeAuthModuleOptions & {
    readonly written?: (seconds: number) => number | string;
  } = {},
) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    now: () => clock.wallNow(),
    lifetimeSeconds,
  });
  const endpoint = serveOneToken(cloud, clock, written);
  const app = await nestApp()
    .overCloud(cloud)
    .with({ ...options, tokenEndpoint: endpoint.path })
    .timedBy(clock)
    .start();
  const { aspose, tokens, logger, events } = app;
  return { aspose, tokens, logger, events, clock, cloud, endpoint };
}

type App = Awaited<ReturnType<typeof appOver>>;

/** Makes calls all the time, and tells how many got an answer and what the others failed with. */
async function useFor(
  { aspose, tokens, clock, endpoint }: App,
  durationMs: number,
) {
  const failures: unknown[] = [];
  const calls = { made: 0, settled: 0 };
  const call = () => {
    calls.made += 1;
    firstValueFrom(aspose.get('/v4.0/cells'))
      .catch((error: unknown) => failures.push(error))
      .finally(() => (calls.settled += 1));
  };
  /** Nothing goes on before the clock does: callers sit out the last second of a token that is not sent any more. */
  const areWaiting = () =>
    endpoint.stated.at(-1) === 0 && tokens.peekToken() === undefined;
  const step = async () => {
    while (calls.settled < calls.made && !areWaiting())
      await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(STEP_MS);
  };
  for (let ms = 0; ms < durationMs; ms += STEP_MS) {
    for (let n = 0; n < CALLS_A_STEP; n += 1) call();
    await step();
  }
  while (calls.settled < calls.made) await step();
  return { made: calls.made, failures };
}

describe('A token endpoint that hands out one token until it ends', () => {
  it.each([
    [1, 2],
    [3, 5],
    [12, 7],
  ])(
    'and states a lifetime of %i s in whole seconds lets every call succeed, with at most %i requests a token',
    async (lifetimeSeconds, maxRequests) => {
      const app = await appOver(lifetimeSeconds);
      const { made, failures } = await useFor(
        app,
        LIFETIMES * lifetimeSeconds * 1_000,
      );

      expect(made).toBeGreaterThan(LIFETIMES * lifetimeSeconds * 10);
      expect(failures).toEqual([]);
      expect(app.endpoint.stated).toContain(0);
      expect(app.events.map(({ type }) => type)).not.toContain(
        'refresh-failed',
      );
      expect(app.endpoint.stated.length).toBeLessThanOrEqual(
        maxRequests * (LIFETIMES + 1),
      );
      expect(app.cloud.apiCalls.map(({ token }) => token)).not.toContain(
        'invalid',
      );
      // Nothing has gone wrong.
      const loud = app.logger.own.filter((line) => !/^debug/.test(line));
      expect(loud).toEqual([]);
    },
  );

  it('may write its seconds as text, and retries may be off', async () => {
    const app = await appOver(3, {
      written: String,
      retry: { attempts: 1 },
    });
    const { failures } = await useFor(app, LIFETIMES * 3_000);

    expect(failures).toEqual([]);
    expect(app.endpoint.stated).toContain(0);
  });

  it('lets a caller wait who has a token, but needs one that lasts', async () => {
    const { clock, tokens } = await appOver(12);
    const minValidityMs = 450;
    const lasts = () => {
      const { lifetimeMs = 0, ageMs = 0 } = tokens.explain().token ?? {};
      return lifetimeMs - ageMs >= minValidityMs;
    };
    do {
      await tokens.getToken();
      await eventually(() => expect(tokens.explain().isRefreshing).toBe(false));
      await clock.advance(STEP_MS);
    } while (tokens.hold()?.reason !== 'ending' || lasts());
    expect(tokens.peekToken()).toBeDefined();

    const lasting = watch(tokens.getToken({ minValidityMs }));
    await clock.advance(0);
    expect(lasting.state).toBe('pending');
    await clock.advance(1_000);
    await eventually(() =>
      expect(lasting.value).toMatchObject({ lifetimeMs: 12_000 }),
    );
  });

  it('lets the first caller of an app wait for the end of a token in its last second', async () => {
    const { clock, cloud, endpoint, tokens, logger } = await appOver(12);
    await fetch(cloud.url + endpoint.path, { method: 'POST' });
    await clock.advance(11_100);

    const first = tokens.getToken();
    await eventually(() => expect(endpoint.stated).toEqual([12, 0]));
    await eventually(() => expect(tokens.hold()?.reason).toBe('ending'));
    await clock.advance(1_000);

    expect((await first).lifetimeMs).toBe(12_000);
    expect(endpoint.stated).toEqual([12, 0, 12]);
    expect(logger.own.join()).not.toMatch(/warn|error/);
  });

  it('is told to callers, and asked ever less often, if no other token ever follows', async () => {
    const { clock, endpoint, tokens, logger } = await appOver(12, {
      written: () => 0,
    });
    const seconds = 120;
    const failures: unknown[] = [];
    for (let n = 0; n < seconds; n += 1) {
      tokens.getToken().catch((error: unknown) => failures.push(error));
      await eventually(() => expect(tokens.hold()?.reason).toBe('ending'));
      await clock.advance(1_000);
    }

    expect(endpoint.stated.length).toBeLessThan(10);
    expect(failures).toContainEqual(
      expect.objectContaining({
        code: 'ASPOSE_AUTH_TOKEN_ENDING',
        retryAfterMs: expect.any(Number),
        message: expect.stringContaining('a token in its last second'),
      }),
    );
    expect(failures).toContainEqual(
      expect.objectContaining({
        code: 'ASPOSE_AUTH_TOKEN_UNAVAILABLE',
        retryAfterMs: expect.any(Number),
        message: expect.stringContaining('a token in its last second'),
      }),
    );
    expect(tokens.explain().hold).toMatchObject({
      reason: 'ending',
      cause: 'ASPOSE_AUTH_TOKEN_ENDING',
    });
    expect(logger.own.filter((line) => line.startsWith('error'))).toHaveLength(
      1,
    );
  });
});
