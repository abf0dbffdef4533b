import { describe, expect, it, vi } from 'vitest';

import type { EmulatorFault } from '../../lib/testing/index.js';
import {
  brokerModule,
  callerOf,
  reporting,
  startBroker,
} from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import {
  callEndpoint,
  expectOAuthError,
  expectUncached,
  formCall,
  jsonCall,
} from '../support/token-endpoint.js';

const SECOND = 1_000;

describe.each(platforms)(
  'a broker on $platform',
  { timeout: 30_000 },
  (platform) => {
    it("hands out the app's own token, as a token endpoint does", async () => {
      const { ask, tokens, cloud } = await startBroker(platform);

      const { status, headers, text } = await ask();

      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expectUncached(headers);
      expect(JSON.parse(text)).toStrictEqual({
        access_token: tokens.peekToken()?.value,
        expires_in: 3600,
        token_type: 'Bearer',
      });
      expect(text).not.toContain(cloud.clientSecret);
    });

    it('asks its guard first', async () => {
      const { url, cloud } = await startBroker(platform);

      expectOAuthError(await callEndpoint(url, formCall(cloud)), {
        status: 403,
        error: 'unauthorized_client',
      });
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it('takes no notice of the credentials of callers', async () => {
      const { grant, cloud } = await startBroker(platform);
      const pair = { clientId: 'sdk', clientSecret: 'placeholder' };

      await grant(formCall(pair));
      await grant({ query: { client_id: 'sdk', client_secret: 'x' } });
      await grant(jsonCall({ grant_type: 'anything' }));

      expect(cloud.counters.tokenRequests).toBe(1);
      expect(cloud.tokenRequests[0]?.body).toContain(cloud.clientId);
      expect(cloud.tokenRequests[0]?.body).not.toContain('sdk');
    });

    it('gives two hundred callers at once one token', async () => {
      const { grant, cloud } = await startBroker(platform);

      const grants = await Promise.all(
        Array.from({ length: 200 }, () => grant()),
      );

      expect(new Set(grants.map((one) => one.access_token)).size).toBe(1);
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it('tells the lifetime that is left, in whole seconds', async () => {
      const { grant, clock } = await startBroker(platform);
      await grant();

      await clock.advance(100 * SECOND);
      expect((await grant()).expires_in).toBe(3500);
      await clock.advance(1);
      expect((await grant()).expires_in).toBe(3499);
    });

    // All of them well before a token is renewed in the background.
    it.each([
      { policy: { minValidityMs: 1_500_000 }, lifetime: 3600, minimum: 1500 },
      { policy: {}, lifetime: 900, minimum: 300 },
      { policy: {}, lifetime: 400, minimum: 200 },
    ])(
      'renews a token of $lifetime s that is valid for less than $minimum s',
      async ({ policy, lifetime, minimum }) => {
        const { grant, clock, cloud } = await startBroker(
          platform,
          policy,
          lifetime,
        );
        const first = await grant();

        await clock.advance((lifetime - minimum) * SECOND);
        expect(await grant()).toStrictEqual({ ...first, expires_in: minimum });
        expect(cloud.counters.tokenRequests).toBe(1);
        await clock.advance(1);
        const renewed = await grant();

        expect(renewed.access_token).not.toBe(first.access_token);
        expect(renewed.expires_in).toBe(lifetime);
        expect(cloud.counters.tokenRequests).toBe(2);
      },
    );

    it.each<EmulatorFault>([
      { kind: 'html', status: 503 },
      { kind: 'throttle', retryAfter: '600' },
      { kind: 'refuse' },
      { kind: 'reset' },
      { kind: 'answer' },
    ])('serves what remains when the renewal fails ($kind)', async (fault) => {
      const { grant, clock, cloud } = await startBroker(platform);
      const first = await grant();
      cloud.failNext(fault, { times: Infinity });

      for (const left of [299, 60, 10]) {
        await clock.advance(
          (first.expires_in - left) * SECOND - clock.monotonicNow(),
        );
        expect(await grant()).toStrictEqual({ ...first, expires_in: left });
      }
    });

    it('says 503, 504 or 502 when there is no token, and nothing about the credentials', async () => {
      const cases: [EmulatorFault, status: number, error: string][] = [
        [{ kind: 'html', status: 503 }, 503, 'temporarily_unavailable'],
        [{ kind: 'reset' }, 503, 'temporarily_unavailable'],
        [
          { kind: 'throttle', retryAfter: '600' },
          503,
          'temporarily_unavailable',
        ],
        [{ kind: 'refuse' }, 502, 'server_error'],
        [
          { kind: 'redirect', location: 'https://a.example' },
          502,
          'server_error',
        ],
        [{ kind: 'html', status: 200 }, 502, 'server_error'],
      ];
      for (const [fault, status, error] of cases) {
        const { ask, cloud } = await startBroker(platform);
        cloud.failNext(fault, { times: Infinity });

        const answer = await ask();

        expectOAuthError(answer, { status, error });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.text).not.toMatch(/invalid_client|refused|secret/);
      }
    });

    it('tells how long Aspose asks to be left alone', async () => {
      const { ask, cloud } = await startBroker(platform);
      cloud.failNext({ kind: 'throttle', retryAfter: '600' });

      expect((await ask()).headers.get('retry-after')).toBe('600');
    });

    it('says 504 when Aspose does not answer in time', async () => {
      const { ask, clock, cloud } = await startBroker(platform);
      cloud.failNext({ kind: 'hang' }, { times: Infinity });

      const asked = ask();
      await eventually(() => expect(cloud.counters.tokenRequests).toBe(1));
      await clock.advance(10 * SECOND);

      expectOAuthError(await asked, {
        status: 504,
        error: 'temporarily_unavailable',
      });
    });

    it('has a static token too, for as long as a day', async () => {
      const { tokens, url } = await nestApp()
        .with({ accessToken: 'static-token' })
        .importing(brokerModule())
        .on(platform)
        .start();
      const { grant } = callerOf(url);

      const expected = {
        access_token: 'static-token',
        expires_in: 86_400,
        token_type: 'Bearer',
      };
      expect(await grant()).toStrictEqual(expected);
      const sha256 = tokens.peekToken()?.sha256 ?? '';
      expect(await grant(reporting(sha256))).toStrictEqual(expected);
    });

    it('answers 500 where the source of tokens breaks, and the log says why', async () => {
      const { url, tokens, logger } = await nestApp()
        .with({ accessToken: 'static' })
        .importing(brokerModule())
        .on(platform)
        .start();
      const { ask } = callerOf(url);
      vi.spyOn(tokens, 'getToken').mockRejectedValue(new RangeError('broken'));
      vi.spyOn(tokens, 'peekToken').mockReturnValue(undefined);

      expectOAuthError(await ask(), {
        status: 500,
        error: 'server_error',
        description: 'Something went wrong here',
      });
      expect(
        logger.lines.filter(({ level }) => level === 'error'),
      ).toMatchObject([
        { message: expect.stringContaining('RangeError: broken') },
      ]);
    });
  },
);
