import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { platforms } from '../support/platforms.js';
import {
  askForToken,
  expectOAuthError,
  type Pair,
} from '../support/token-endpoint.js';

describe.each(platforms)(
  'many callers at once on $platform',
  { timeout: 30_000 },
  (platform) => {
    const pairs = (count: number): Pair[] =>
      Array.from({ length: count }, (_, n) => ({
        clientId: `client-${n}`,
        clientSecret: `secret-${n}`,
      }));

    it.each([
      { whose: 'their own', asked: 50, pairOf: (n: number) => pairs(61)[n]! },
      { whose: 'the same', asked: 1, pairOf: () => pairs(1)[0]! },
    ])(
      'with $whose credentials are turned away beyond 50, until an answer is there',
      async ({ asked, pairOf }) => {
        const cloud = await startCloud();
        cloud.failNext({ kind: 'hang' }, { times: Infinity });
        const clock = new ManualTokenClock();
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .timedBy(clock)
          .on(platform)
          .start();

        const statuses: number[] = [];
        const calls = Array.from({ length: 60 }, async (_, n) => {
          const answer = await askForToken(url, pairOf(n));
          statuses.push(answer.status);
          return answer;
        });
        await eventually(() => expect(statuses).toHaveLength(10));
        await eventually(() =>
          expect(cloud.counters.tokenRequests).toBe(asked),
        );
        const tooMany = await askForToken(url, pairOf(60));
        await clock.advance(4_000);
        await Promise.all(calls);
        cloud.heal();

        expectOAuthError(tooMany, {
          status: 503,
          error: 'temporarily_unavailable',
          description: 'Too many',
        });
        expect(tooMany.headers.get('retry-after')).toBe('1');
        expect(statuses.toSorted((a, b) => a - b)).toStrictEqual([
          ...Array<number>(10).fill(503),
          ...Array<number>(50).fill(504),
        ]);
        expect((await askForToken(url, cloud)).status).toBe(200);
      },
    );

    it('with the same credentials do not lock out those with others', async () => {
      const cloud = await startCloud();
      cloud.failNext({ kind: 'hang' });
      const clock = new ManualTokenClock();
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .timedBy(clock)
        .on(platform)
        .start();
      const [pair] = pairs(1) as [Pair];
      let turnedAway = 0;
      const calls = Array.from({ length: 60 }, async () => {
        const { status } = await askForToken(url, pair);
        if (status === 503) turnedAway += 1;
      });
      await eventually(() => expect(turnedAway).toBe(10));

      expect((await askForToken(url, cloud)).status).toBe(200);
      await clock.advance(4_000);
      await Promise.all(calls);
    });

    it('each get the answer to their own credentials', async () => {
      const callers = [...pairs(24), ...pairs(24)];
      const held: (() => void)[] = [];
      let arrived = 0;
      const site = await startSite(async (request, response) => {
        const form = new URLSearchParams(await text(request));
        const secret = form.get('client_secret') ?? '';
        const isRefused = Number(secret.slice('secret-'.length)) % 3 === 0;
        held.push(() => {
          response.writeHead(isRefused ? 400 : 200);
          response.end(JSON.stringify({ for: secret }));
        });
        // Those that came first are answered last.
        arrived += 1;
        if (arrived >= 24)
          for (const reply of held.splice(0).reverse()) reply();
      });
      const { url } = await nestApp()
        .forwardingTo(site.url)
        .on(platform)
        .start();

      const answers = await Promise.all(
        callers.map((pair) => askForToken(url, pair)),
      );

      expect(answers.map((answer) => answer.text)).toStrictEqual(
        callers.map(({ clientSecret }) =>
          JSON.stringify({ for: clientSecret }),
        ),
      );
    });

    it('with the same right credentials each get a token of their own', async () => {
      const cloud = await startCloud();
      cloud.latencyMs = 50;
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      const answers = await Promise.all(
        Array.from({ length: 10 }, () => askForToken(url, cloud)),
      );

      expect(new Set(answers.map(({ text }) => text)).size).toBe(10);
      expect(cloud.counters.tokensIssued).toBe(10);
    });
  },
);
