import { describe, expect, it } from 'vitest';

import { officialSdks } from './official-sdks.js';
import { startClockedSdkApp, startSdkApp } from './sdk-app.js';

describe('The official SDKs', () => {
  it('make one token request in all for 200 calls at once, 25 each', async () => {
    const { cloud, lists } = await startSdkApp();

    const answers = await Promise.all(
      lists.flatMap((list, sdk) =>
        Array.from({ length: 25 }, async (_, call) =>
          list(`folder-${sdk}-${call}`),
        ),
      ),
    );

    expect(answers).toStrictEqual(
      lists.flatMap((_, sdk) =>
        Array.from({ length: 25 }, (_, call) => [`folder-${sdk}-${call}.xlsx`]),
      ),
    );
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 200,
      callsWithInvalidToken: 0,
      callsWithoutToken: 0,
    });
  });

  it('make none where the app has a token already', async () => {
    const { cloud, tokens, lists } = await startSdkApp();
    await tokens.getToken();

    await Promise.all(lists.map(async (list) => list('folder')));
    await Promise.all(lists.map(async (list) => list('folder')));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 2 * lists.length,
    });
  });

  it('wait for a slow token endpoint together', async () => {
    const { cloud, lists } = await startSdkApp();
    cloud.failNext({ kind: 'slow-headers', delayMs: 300 });

    const answers = await Promise.all(
      lists.map(async (list) => list('folder')),
    );

    expect(answers).toStrictEqual(lists.map(() => ['folder.xlsx']));
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it.each([
    ['an hour', 3600],
    // Less than the minute the SDKs ask for, which is then cut to half of the lifetime.
    ['half a minute', 30],
  ])(
    'have tokens of %s replaced ahead of expiry, so that no call meets a 401',
    async (_, lifetimeSeconds) => {
      const { clock, cloud, lists } = await startClockedSdkApp(lifetimeSeconds);

      for (let tenth = 0; tenth < 30; tenth += 1) {
        await Promise.all(lists.map(async (list) => list('folder')));
        await clock.advance(lifetimeSeconds * 100);
      }

      expect(cloud.counters).toMatchObject({
        callsWithValidToken: 30 * lists.length,
        callsWithInvalidToken: 0,
      });
      expect(cloud.counters.tokenRequests).toBeLessThanOrEqual(8);
    },
  );
});

describe.each(officialSdks)('$name', (sdk) => {
  it('makes one token request for 25 calls at once', async () => {
    const { cloud, tokens } = await startSdkApp();
    const list = sdk.connect(tokens, cloud.url);

    await Promise.all(Array.from({ length: 25 }, async () => list('folder')));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 25,
    });
  });
});
