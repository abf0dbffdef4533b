import { describe, expect, it } from 'vitest';

import { tokenTower } from '../support/token-tower.js';

describe('20 calls in a row', () => {
  it.each([1, 2, 10, 60, 119, 299])(
    'with tokens that live for %i s cost one token request',
    async (lifetimeSeconds) => {
      const { tokens, clock, requests } = tokenTower({}, { lifetimeSeconds });
      for (let call = 0; call < 20; call += 1) {
        await tokens.getToken();
        await clock.advance(20);
      }
      expect(requests).toHaveLength(1);
    },
  );
});
