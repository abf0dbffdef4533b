import { describe, expect, it } from 'vitest';

import { OAuthError } from '../../../lib/endpoint/endpoint-answer.js';
import { tokenBroker } from '../../../lib/endpoint/token-broker.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { StaticTokenSource } from '../../../lib/token/static.token-source.js';
import type { TokenSource } from '../../../lib/token/token-source.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';
import { granted, tokenTower } from '../../support/token-tower.js';

/** A request of somebody whom an API answered 401 to the token with this hash. */
const asking = (unauthorized_token_sha256?: string) => ({
  headers: {},
  body: { unauthorized_token_sha256 },
});

describe('tokenBroker()', () => {
  it.each([
    { lifetimeMs: 3_600_000, ageMs: 0, seconds: 3600 },
    { lifetimeMs: 3_600_000, ageMs: 1, seconds: 3599 },
    { lifetimeMs: 3_600_000, ageMs: 3_598_999, seconds: 1 },
    // A caller that took 0 for a lifetime would ask again and again.
    { lifetimeMs: 3_600_000, ageMs: 3_599_001, seconds: 1 },
    { lifetimeMs: 3_600_000, ageMs: 3_600_000, seconds: 1 },
    { lifetimeMs: Infinity, ageMs: 1, seconds: 86_400 },
    { lifetimeMs: 86_401_000, ageMs: 0, seconds: 86_400 },
  ])(
    'gives a token of $lifetimeMs ms that is $ageMs ms old for $seconds s',
    async ({ lifetimeMs, ageMs, seconds }) => {
      const clock = new ManualTokenClock();
      const token = new AccessToken('token', {
        lifetimeMs,
        refreshAfterMs: lifetimeMs,
        issuedAt: clock.read(),
      });
      const broker = tokenBroker(
        { tokens: new StaticTokenSource(token) },
        clock,
        {
          minValidityMs: 1,
        },
      );
      await clock.advance(ageMs);

      expect(await broker(asking())).toStrictEqual(granted('token', seconds));
    },
  );

  it('takes the age of a token by the clock that has gone further', async () => {
    const { tokens, clock } = tokenTower();
    const broker = tokenBroker({ tokens }, clock, { minValidityMs: 1_000 });
    await broker(asking());

    clock.setWallClock(1_000_000);

    expect(await broker(asking())).toStrictEqual(granted('token-1', 2600));
  });

  it('leaves an error that is not about tokens as it is', async () => {
    const broken = new RangeError('broken');
    const broker = tokenBroker(
      { tokens: new ScriptedTokens(broken) },
      new ManualTokenClock(),
      {},
    );

    const error = await rejectionOf(broker(asking()));

    expect(error).toBe(broken);
    expect(error).not.toBeInstanceOf(OAuthError);
  });

  it.each([undefined, '0'.repeat(64)])(
    'hands out what a stand-in gives that has only getToken (unauthorized: %s)',
    async (unauthorized) => {
      const standIn = { getToken: () => new AccessToken('token') };
      const tokens = standIn as unknown as TokenSource;
      const broker = tokenBroker({ tokens }, new ManualTokenClock());

      expect(await broker(asking(unauthorized))).toMatchObject({ status: 200 });
    },
  );

  it('names the unauthorized token, if it is the current one', async () => {
    const tokens = new ScriptedTokens('a', 'b', 'c');
    const current = new AccessToken('current');
    tokens.peekToken = () => current;
    const broker = tokenBroker({ tokens }, new ManualTokenClock(), {
      minValidityMs: 7,
    });

    await broker(asking());
    await broker(asking('0'.repeat(64)));
    await broker(asking(current.sha256));

    expect(tokens.asked).toStrictEqual([
      { minValidityMs: 7, unauthorized: undefined },
      { minValidityMs: 7, unauthorized: undefined },
      { minValidityMs: 7, unauthorized: { token: current } },
    ]);
  });
});
