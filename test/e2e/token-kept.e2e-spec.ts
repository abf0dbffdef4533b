import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { reporting, startBroker } from '../support/broker.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

const CALLS = 120;
const PERIOD_MS = 5_000;
/** A call that waits for the renewal of another goes on after 2 s; no flight takes longer than 10 s. */
const FLIGHT_MS = 10_000;

/** An app whose token is good for hours, and two APIs, of which one answers every token with 401. */
async function appWithSourApi() {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({ now: () => clock.wallNow() });
  const sour = await startCloud();
  sour.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
  cloud.route('GET', '/status', (_request, response) => {
    response.end('"OK"');
  });
  const { aspose, tokens, events } = await nestApp()
    .overCloud(cloud)
    .with({
      allowedOrigins: [cloud.url, sour.url],
      retry: { attempts: 1 },
    })
    .timedBy(clock)
    .start();
  await tokens.getToken();
  return {
    clock,
    cloud,
    tokens,
    events,
    healthy: () => firstValueFrom(aspose.get<string>('/status')),
    sour: () => firstValueFrom(aspose.get(`${sour.url}/status`)),
  };
}

describe('A valid token, when an API answers 401 to it and the token endpoint', () => {
  it.each([
    ['is down', { kind: 'html' } as const, 35],
    ['refuses the credentials', { kind: 'refuse' } as const, 4],
  ])(
    '%s, goes on serving all other calls for ten minutes',
    async (_, fault, maxRequests) => {
      const { clock, cloud, tokens, healthy, sour } = await appWithSourApi();
      const token = tokens.peekToken();
      cloud.failNext(fault, { times: Infinity });

      for (let n = 0; n < CALLS; n += 1) {
        expect(await rejectionOf(sour())).toMatchObject({ status: 401 });
        expect(await healthy()).toMatchObject({ data: 'OK' });
        await clock.advance(PERIOD_MS);
      }

      expect(tokens.peekToken()).toBe(token);
      const requests = cloud.counters.tokenRequests - 1;
      expect(requests).toBeGreaterThan(1);
      expect(requests).toBeLessThanOrEqual(maxRequests);
    },
  );

  it('hangs, goes on serving all other calls for ten minutes', async () => {
    const { clock, cloud, tokens, healthy, sour } = await appWithSourApi();
    const token = tokens.peekToken();
    cloud.failNext({ kind: 'hang' }, { times: Infinity });
    const refused: Promise<unknown>[] = [];
    const served: Promise<unknown>[] = [];

    for (let n = 0; n < CALLS; n += 1) {
      refused.push(rejectionOf(sour()));
      served.push(healthy());
      await clock.advance(PERIOD_MS);
    }
    await clock.advance(FLIGHT_MS);

    for (const error of await Promise.all(refused))
      expect(error).toMatchObject({ status: 401 });
    for (const answer of await Promise.all(served))
      expect(answer).toMatchObject({ data: 'OK' });
    expect(tokens.peekToken()).toBe(token);
    expect(cloud.counters.tokenRequests - 1).toBeLessThanOrEqual(35);
  });
});

describe.each(platforms)(
  'the valid token of a broker on $platform',
  { timeout: 30_000 },
  (platform) => {
    it('is handed out for ten minutes in which a caller was refused with it and the secret has been rotated', async () => {
      const { grant, tokens, clock, cloud } = await startBroker(
        platform,
        undefined,
        86_400,
      );
      const { access_token } = await grant();
      const report = reporting(tokens.peekToken()?.sha256 ?? '');
      cloud.clientSecret = 'another';

      for (let n = 0; n < CALLS; n += 1) {
        expect(await grant(report)).toMatchObject({ access_token });
        expect(await grant()).toMatchObject({ access_token });
        await clock.advance(PERIOD_MS);
      }

      expect(cloud.counters.refusedTokenRequests).toBeLessThanOrEqual(4);
      expect(cloud.counters.bannedTokenRequests).toBe(0);
    });
  },
);
