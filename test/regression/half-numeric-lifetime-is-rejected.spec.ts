import { describe, expect, it } from 'vitest';

import { json, tokenTower } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const towerWith = (lifetime: string) => {
  const tower = tokenTower();
  tower.answer = () => ({
    ...json(200, {}),
    // As text: JSON cannot be made of all of these.
    body: `{"access_token":"token","token_type":"Bearer","expires_in":${lifetime}}`,
  });
  return tower;
};

describe('a lifetime', () => {
  it.each([
    '"3600abc"',
    '"1e3"',
    '"36 00"',
    '"0x10"',
    '3600.5',
    'true',
    '[3600]',
  ])('of %s is not taken for a number', async (lifetime) => {
    const { tokens, clock } = towerWith(lifetime);
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    expect(call.reason).toMatchObject({ code: 'ASPOSE_AUTH_LIFETIME_INVALID' });
  });

  it.each(['1e308', '9007199254740993', '"9999999999"'])(
    'of %s comes to a day',
    async (lifetime) => {
      const { tokens, clock } = towerWith(lifetime);
      expect((await tokens.getToken()).lifetimeMs).toBe(DAY_MS);
      await clock.advance(DAY_MS);
      expect(tokens.peekToken()).toBeUndefined();
    },
  );
});
