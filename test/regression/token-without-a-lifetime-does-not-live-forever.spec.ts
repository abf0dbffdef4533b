import { describe, expect, it } from 'vitest';

import { json, tokenTower } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

describe('an answer whose expires_in', () => {
  it.each([{}, { expires_in: null }])(
    'is missing in %j is good for 300 s',
    async (lifetime) => {
      const tower = tokenTower();
      tower.answer = () =>
        json(200, {
          access_token: `token-${tower.requests.length}`,
          ...lifetime,
        });
      expect((await tower.tokens.getToken()).value).toBe('token-1');
      await tower.clock.advance(299_000 - 1);
      expect(tower.tokens.peekToken()?.value).toBe('token-1');
      await tower.clock.advance(1);
      expect(tower.tokens.peekToken()).toBeUndefined();
      expect((await tower.tokens.getToken()).value).toBe('token-2');
    },
  );

  it.each([
    ['soon', 'LIFETIME_INVALID'],
    ['NaN', 'LIFETIME_INVALID'],
    ['', 'LIFETIME_INVALID'],
    [{}, 'LIFETIME_INVALID'],
    [-1, 'LIFETIME_INVALID'],
    [0, 'TOKEN_ENDING'],
  ])('is %j gives no token: %s', async (lifetime, code) => {
    const tower = tokenTower();
    tower.answer = () =>
      json(200, { access_token: 'token', expires_in: lifetime });
    const call = watch(tower.tokens.getToken());
    await tower.clock.advance(10_000);
    expect(call.reason).toMatchObject({
      code: `ASPOSE_AUTH_${code}`,
    });
    expect(tower.tokens.peekToken()).toBeUndefined();
  });
});
