import { describe, expect, it } from 'vitest';

import { reporting, startBroker } from '../support/broker.js';
import { platforms } from '../support/platforms.js';
import { expectOAuthError, jsonCall } from '../support/token-endpoint.js';

const SECOND = 1_000;

describe.each(platforms)(
  'a broker on $platform that is told of an unauthorized token',
  { timeout: 30_000 },
  (platform) => {
    it('renews it when it is the current one', async () => {
      const { grant, tokens, cloud } = await startBroker(platform);
      const first = await grant();
      cloud.revokeAll();

      const second = await grant(reporting(tokens.peekToken()?.sha256 ?? ''));

      expect(second.access_token).not.toBe(first.access_token);
      expect(second.expires_in).toBe(3600);
      expect(await grant()).toStrictEqual(second);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('reads it from JSON, by any name', async () => {
      const { grant, tokens, cloud } = await startBroker(platform);
      await grant();

      const unauthorizedTokenSha256 = tokens.peekToken()?.sha256;
      await grant(jsonCall({ unauthorizedTokenSha256 }));

      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('answers the current one when it is another', async () => {
      const { grant, cloud } = await startBroker(platform);
      const first = await grant();

      expect(await grant(reporting('0'.repeat(64)))).toStrictEqual(first);
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it('renews it once, however many tell of it', async () => {
      const { grant, tokens, cloud } = await startBroker(platform);
      await grant();
      const call = reporting(tokens.peekToken()?.sha256 ?? '');

      const grants = await Promise.all(
        Array.from({ length: 100 }, () => grant(call)),
      );
      await grant(call);

      expect(new Set(grants.map((one) => one.access_token)).size).toBe(1);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('does not renew a token again that was renewed for the same reason just now', async () => {
      const { grant, tokens, clock, cloud } = await startBroker(platform);
      await grant();
      const reportCurrent = () =>
        grant(reporting(tokens.peekToken()?.sha256 ?? ''));
      const renewed = await reportCurrent();

      for (let n = 0; n < 10; n += 1)
        expect(await reportCurrent()).toStrictEqual(renewed);
      expect(cloud.counters.tokenRequests).toBe(2);

      await clock.advance(30 * SECOND);
      expect((await reportCurrent()).access_token).not.toBe(
        renewed.access_token,
      );
      expect(cloud.counters.tokenRequests).toBe(3);
    });

    it('fetches the first token when it has none', async () => {
      const { grant, cloud } = await startBroker(platform);

      await grant(reporting('0'.repeat(64)));

      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it.each([
      '',
      'abc',
      '0'.repeat(63),
      '0'.repeat(65),
      'g'.repeat(64),
      'A'.repeat(64),
      `${'0'.repeat(64)}
`,
    ])('rejects what is not a hash: %j', async (sha256) => {
      const { ask, cloud } = await startBroker(platform);

      expectOAuthError(await ask(reporting(sha256)), {
        status: 400,
        error: 'invalid_request',
        description: 'unauthorized_token_sha256',
      });
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it.each([
      { what: 'two of them', body: ['0'.repeat(64), '1'.repeat(64)] },
      { what: 'a number', body: 7 },
      { what: 'an object', body: { a: 1 } },
    ])('rejects $what', async ({ body }) => {
      const { ask } = await startBroker(platform);

      expectOAuthError(
        await ask(jsonCall({ unauthorized_token_sha256: body })),
        {
          status: 400,
          error: 'invalid_request',
        },
      );
    });
  },
);
