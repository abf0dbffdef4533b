import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../../../lib/errors/errors.js';
import {
  explainHold,
  heldBack,
  longestHold,
  type TokenHold,
} from '../../../lib/token/token-hold.js';

describe('longestHold', () => {
  const short: TokenHold = { reason: 'back-off', remainingMs: 500 };
  const instant: TokenHold = { reason: 'budget', remainingMs: 0.5 };
  const long: TokenHold = { reason: 'refused', remainingMs: 60_000 };

  it.each<[string, readonly (TokenHold | undefined)[], TokenHold | undefined]>([
    ['nothing of nothing', [], undefined],
    ['nothing of no holds', [undefined, undefined], undefined],
    ['the only one', [undefined, short, undefined], short],
    ['the only one, however short', [undefined, instant], instant],
    ['the only one, first and short', [instant, undefined], instant],
    ['the longer one, first', [long, short], long],
    ['the longer one, last', [short, undefined, long], long],
    ['the first of two equal ones', [long, { ...long }], long],
  ])('is %s', (_, holds, longest) => {
    expect(longestHold(holds)).toBe(longest);
  });
});

describe('explainHold', () => {
  it('names the cause by its code alone', () => {
    const cause = new AsposeAuthError(AsposeAuthErrorCode.THROTTLED, 'ban');
    expect(explainHold({ reason: 'throttled', remainingMs: 9, cause })).toEqual(
      {
        reason: 'throttled',
        remainingMs: 9,
        cause: AsposeAuthErrorCode.THROTTLED,
      },
    );
  });

  it('is nothing where nothing holds, and has no cause where none is known', () => {
    expect(explainHold(undefined)).toBeUndefined();
    expect(explainHold({ reason: 'budget', remainingMs: 9 })).toEqual({
      reason: 'budget',
      remainingMs: 9,
      cause: undefined,
    });
  });
});

describe('heldBack', () => {
  const cause = new AsposeAuthError(AsposeAuthErrorCode.THROTTLED, 'ban');

  it.each<[TokenHold['reason'], AsposeAuthErrorCode, string]>([
    ['refused', 'ASPOSE_AUTH_TOKEN_UNAVAILABLE', '60 s: ban'],
    ['throttled', 'ASPOSE_AUTH_TOKEN_UNAVAILABLE', 'limits the rate'],
    ['ending', 'ASPOSE_AUTH_TOKEN_UNAVAILABLE', 'a token in its last second'],
    ['back-off', 'ASPOSE_AUTH_TOKEN_UNAVAILABLE', 'last token request failed'],
    ['budget', 'ASPOSE_AUTH_BUDGET_EXHAUSTED', 'too many token requests'],
  ])('tells why and for how long: %s', (reason, code, why) => {
    const error = heldBack({ reason, remainingMs: 59_001, cause });
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect(error).toMatchObject({
      name: 'TokenUnavailableError',
      code,
      retryAfterMs: 59_001,
      cause,
      message: expect.stringContaining(why),
    });
    expect(error.message).toContain('for the next 60 s');
  });

  it('tells all that a refusal may be about where its cause is unknown', () => {
    expect(heldBack({ reason: 'refused', remainingMs: 1 }).message).toContain(
      'Check clientId and clientSecret, tokenEndpoint and baseUrl.',
    );
  });

  it('has no cause where none is known', () => {
    const error = heldBack({ reason: 'budget', remainingMs: 1 });
    expect(error).not.toHaveProperty('cause');
    expect(error.message).toContain('for the next 1 s');
  });

  it('does not invite to wait once the app has shut down', () => {
    const error = heldBack({ reason: 'closed', remainingMs: Infinity });
    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.SHUT_DOWN,
      message: expect.stringContaining('The app has shut down'),
    });
    expect(error).not.toHaveProperty('retryAfterMs');
  });
});
