import { describe, expect, it } from 'vitest';

import { rejectionOf } from '../support/rejection.js';
import { unhandledRejectionsOf } from '../support/unhandled-rejections.js';
import { officialSdks } from './official-sdks.js';
import { startClockedSdkApp, startSdkApp } from './sdk-app.js';

describe('The official SDKs', () => {
  it('all survive a revocation in mid-flight, at the price of one token request', async () => {
    const { cloud, tokens, lists } = await startSdkApp();
    await tokens.getToken();
    cloud.revokeAll();

    const answers = await Promise.all(
      lists.flatMap((list) =>
        Array.from({ length: 10 }, async (_, call) => list(`folder-${call}`)),
      ),
    );

    expect(answers).toStrictEqual(
      lists.flatMap(() =>
        Array.from({ length: 10 }, (_, call) => [`folder-${call}.xlsx`]),
      ),
    );
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 10 * lists.length,
      callsWithValidToken: 10 * lists.length,
    });
  });
});

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  '%s',
  (_, sdk) => {
    async function start() {
      const { cloud, tokens } = await startSdkApp({
        timeouts: { attemptMs: 500, flightMs: 1500 },
      });
      await tokens.getToken();
      return { cloud, tokens, list: sdk.connect(tokens, cloud.url) };
    }

    it('survives one revocation after the other', async () => {
      const { clock, cloud, tokens } = await startClockedSdkApp(3600);
      const list = sdk.connect(tokens, cloud.url);

      for (const folder of ['one', 'two', 'three']) {
        await list('before');
        cloud.revokeAll();
        expect(await list(folder)).toStrictEqual([`${folder}.xlsx`]);
        // A renewed token that is unauthorized sooner would count as a useless renewal.
        await clock.advance(60_000);
      }

      expect(cloud.counters).toMatchObject({
        tokenRequests: 4,
        callsWithInvalidToken: 3,
        callsWithValidToken: 6,
      });
    });

    it('repeats its call with the same URL', async () => {
      const { cloud, list } = await start();
      cloud.revokeAll();

      expect(await list('a%2Fb')).toHaveLength(1);
      await list('my folder');

      const paths = cloud.apiCalls.map(({ path }) => path);
      expect(paths[1]).toBe(paths[0]);
      expect(paths.at(-1)).toMatch(/\/my%20folder$/);
    });

    it('does not let a late 401 kill a fresh token', async () => {
      const { cloud, tokens, list } = await start();
      let answerLate = () => {};
      const arrived = new Promise<void>((resolve) => {
        cloud.route('GET', /\/storage\/folder\/late$/, (_, response) => {
          if (cloud.counters.tokenRequests > 1) {
            response.end('{}');
            return;
          }
          answerLate = () => response.writeHead(401).end();
          resolve();
        });
      });
      const late = list('late');
      await arrived;
      cloud.revokeAll();
      await list('meanwhile');
      const fresh = tokens.peekToken()?.value;

      answerLate();

      expect(await late).toStrictEqual([]);
      expect(tokens.peekToken()?.value).toBe(fresh);
      expect(cloud.counters.tokenRequests).toBe(2);
      expect(cloud.apiCalls.map(({ token }) => token)).toStrictEqual([
        'valid',
        'invalid',
        'valid',
        'valid',
      ]);
    });

    it('rejects where the API answers 401 to every token, and neither hangs nor asks on', async () => {
      const { cloud, list } = await start();
      cloud.failNext(
        { kind: 'unauthorized' },
        { path: 'api', times: Infinity },
      );

      const unhandled = await unhandledRejectionsOf(async () => {
        for (let call = 0; call < 3; call += 1)
          expect(await rejectionOf(list('folder'))).toMatchObject(
            call === 0 ? sdk.secondRefusal : sdk.passedOn,
          );
      });

      expect(unhandled).toStrictEqual([]);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it.each([
      ['refuses', { kind: 'refuse' }],
      ['breaks off', { kind: 'reset' }],
      ['fails', { kind: 'answer', status: 500 }],
      ['says nothing', { kind: 'hang' }],
      ['asks for patience', { kind: 'throttle', retryAfter: '600' }],
    ] as const)(
      'rejects after a 401 where the token endpoint %s',
      async (_, fault) => {
        const { cloud, list } = await start();
        cloud.failNext(fault, { times: Infinity });
        cloud.revokeAll();

        const startedAt = performance.now();

        const unhandled = await unhandledRejectionsOf(async () => {
          const errors = await Promise.all(
            ['one', 'two', 'three'].map(async (folder) =>
              rejectionOf(list(folder)),
            ),
          );
          for (const error of errors) expect(error).toMatchObject(sdk.passedOn);
        });

        expect(unhandled).toStrictEqual([]);
        // The deadline of 1.5 s, and room for a busy machine.
        expect(performance.now() - startedAt).toBeLessThan(5000);
      },
    );
  },
);
