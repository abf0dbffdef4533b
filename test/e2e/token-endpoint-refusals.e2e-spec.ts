import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';
import {
  askForToken,
  callEndpoint,
  expectOAuthError,
  expectUncached,
  type Pair,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

const WRONG: Pair = { clientId: 'reports', clientSecret: 'wrong' };
const MINUTE_MS = 60_000;

async function startForwarder(platform: Platform) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({ now: () => clock.wallNow() });
  const { url } = await nestApp()
    .forwardingTo(cloud.url)
    .timedBy(clock)
    .on(platform)
    .start();
  return { clock, cloud, url };
}

describe.each(platforms)(
  'credentials refused on $platform',
  { timeout: 30_000 },
  (platform) => {
    const run = () => startForwarder(platform);

    it('get the same refusal from memory, however they are sent, until their hold ends', async () => {
      const { clock, cloud, url } = await run();
      const first = await askForToken(url, WRONG);
      await clock.advance(20_000);

      for (const callFor of Object.values(WAYS_TO_SEND)) {
        const again = await callEndpoint(url, callFor(WRONG));
        expect([again.status, again.text]).toStrictEqual([400, first.text]);
        expect(again.headers.get('retry-after')).toBe('40');
        expectUncached(again.headers);
      }

      expect(first.text).toBe('{"error":"invalid_client"}');
      expect(first.headers.has('retry-after')).toBe(false);
      expect(cloud.counters.tokenRequests).toBe(1);
      await clock.advance(40_000 - 1);
      await askForToken(url, WRONG);
      expect(cloud.counters.tokenRequests).toBe(1);
      await clock.advance(1);
      await askForToken(url, WRONG);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('are held twice as long each time, up to ten minutes: never long enough for a ban', async () => {
      const { clock, cloud, url } = await run();
      for (const minutes of [1, 2, 4, 8, 10, 10]) {
        const asked = cloud.counters.tokenRequests;
        await askForToken(url, WRONG);
        expect(cloud.counters.tokenRequests).toBe(asked + 1);

        await clock.advance(minutes * MINUTE_MS - 1);
        const { headers } = await askForToken(url, WRONG);
        expect(headers.get('retry-after')).toBe('1');
        expect(cloud.counters.tokenRequests).toBe(asked + 1);
        await clock.advance(1);
      }
    });

    it('hold back neither the right secret nor another client', async () => {
      const { cloud, url } = await run();
      const { clientId, clientSecret } = cloud;
      await askForToken(url, { clientId, clientSecret: 'wrong' });
      await askForToken(url, { clientId: 'reports', clientSecret });

      expect((await askForToken(url, cloud)).status).toBe(200);
      expect(cloud.counters.tokenRequests).toBe(3);
    });

    it('by an error about the request alone are not held', async () => {
      const { cloud, url } = await run();
      const body = { error: 'invalid_scope' };
      cloud.failNext({ kind: 'answer', status: 400, body });

      const wrong = await askForToken(url, cloud);
      const right = await askForToken(url, cloud);

      expect(wrong).toMatchObject({ status: 400, text: JSON.stringify(body) });
      expect(wrong.headers.has('retry-after')).toBe(false);
      expect(right.status).toBe(200);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('are not mistaken for another pair with the same letters', async () => {
      const { cloud, url } = await run();
      await askForToken(url, { clientId: 'ab', clientSecret: 'c' });

      await askForToken(url, { clientId: 'a', clientSecret: 'bc' });
      await askForToken(url, { clientId: 'abc', clientSecret: ':' });

      expect(cloud.counters.tokenRequests).toBe(3);
    });

    it('are forgotten once they are accepted: the next hold is a short one', async () => {
      const { clock, cloud, url } = await run();
      const secret = cloud.clientSecret;
      cloud.clientSecret = 'new';
      const pair = { clientId: cloud.clientId, clientSecret: secret };
      await askForToken(url, pair);
      cloud.clientSecret = secret;
      await clock.advance(MINUTE_MS);
      expect((await askForToken(url, pair)).status).toBe(200);

      await clock.advance(1);
      cloud.clientSecret = 'newer';
      expect((await askForToken(url, pair)).status).toBe(400);
      const { headers } = await askForToken(url, pair);

      expect(headers.get('retry-after')).toBe('60');
    });

    it.each([
      { retryAfter: '600', holdMs: 600_000 },
      { retryAfter: '3', holdMs: 3_000 },
      { retryAfter: '86400', holdMs: 15 * MINUTE_MS },
      { retryAfter: undefined, holdMs: MINUTE_MS },
    ])(
      'and banned ($retryAfter) are left alone for $holdMs ms',
      async ({ retryAfter, holdMs }) => {
        const { clock, cloud, url } = await run();
        cloud.failNext({
          kind: 'throttle',
          ...(retryAfter !== undefined && { retryAfter }),
        });
        const banned = await askForToken(url, cloud);
        await clock.advance(holdMs - 1);
        const again = await askForToken(url, cloud);
        expect(cloud.counters.tokenRequests).toBe(1);
        await clock.advance(1);

        for (const answer of [banned, again])
          expectOAuthError(answer, {
            status: 429,
            error: 'temporarily_unavailable',
          });
        expect(again.headers.get('retry-after')).toBe('1');
        expect((await askForToken(url, cloud)).status).toBe(200);
      },
    );

    it('are held no shorter for a Retry-After: five refusals are a ban', async () => {
      const { clock, cloud, url } = await run();
      cloud.failNext({
        kind: 'answer',
        status: 400,
        body: { error: 'invalid_client' },
        headers: { 'Retry-After': '1' },
      });
      await askForToken(url, WRONG);
      await clock.advance(MINUTE_MS - 1);

      await askForToken(url, WRONG);

      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it('by a page or a redirect are held as well', async () => {
      const { cloud, url } = await run();
      const refusals = [
        { kind: 'html', status: 403 },
        { kind: 'redirect', location: 'https://elsewhere.example/' },
      ] as const;

      for (const fault of refusals) {
        const pair = { clientId: fault.kind, clientSecret: 'x' };
        cloud.resetCounters();
        cloud.failNext(fault);
        const first = await askForToken(url, pair);
        const again = await askForToken(url, pair);

        for (const answer of [first, again]) {
          expectOAuthError(answer, { status: 502, error: 'server_error' });
          expect(answer.headers.get('retry-after')).toBe('60');
        }
        expect(cloud.counters.tokenRequests).toBe(1);
      }
    });

    it.each([
      { kind: 'answer', status: 500, body: {} },
      { kind: 'answer', status: 503, body: {} },
      { kind: 'html', status: 503 },
      { kind: 'reset' },
      { kind: 'answer' },
    ] as const)(
      'by nobody ($kind $status) are tried again at once',
      async (fault) => {
        const { cloud, url } = await run();
        cloud.failNext(fault);
        expect((await askForToken(url, cloud)).status).toBeGreaterThan(499);

        expect((await askForToken(url, cloud)).status).toBe(200);
      },
    );

    it('while many send them at once are tried by one of them alone', async () => {
      const { cloud, url } = await run();
      cloud.latencyMs = 100;

      const answers = await Promise.all(
        Array.from({ length: 40 }, () => askForToken(url, WRONG)),
      );

      for (const { status, text } of answers)
        expect({ status, text }).toStrictEqual({
          status: 400,
          text: '{"error":"invalid_client"}',
        });
      expect(cloud.counters.tokenRequests).toBe(1);
    });
  },
);

// The memory is the same one on every platform.
it('credentials refused are remembered for the thousand pairs that came last, however many come', async () => {
  const { cloud, url } = await startForwarder(platforms[0]);
  const pair = (n: number) => ({ clientId: `${n}`, clientSecret: `s${n}` });
  const isAsked = async (n: number): Promise<boolean> => {
    cloud.resetCounters();
    await askForToken(url, pair(n));
    return cloud.counters.tokenRequests === 1;
  };
  await askForToken(url, pair(0));
  await askForToken(url, pair(1));
  expect(await isAsked(0)).toBe(false);

  for (let start = 2; start <= 1_000; start += 37)
    await Promise.all(
      Array.from({ length: 37 }, (_, n) =>
        askForToken(url, pair(Math.min(start + n, 1_000))),
      ),
    );

  expect(await isAsked(1)).toBe(false);
  expect(await isAsked(1_000)).toBe(false);
  expect(await isAsked(0)).toBe(true);
  expect(await isAsked(1)).toBe(true);
}, 60_000);
