import { expect, it } from 'vitest';

import { tokenTower } from '../support/token-tower.js';

it('ten concurrent calls ask the credentials function once, and the token endpoint once', async () => {
  let asked = 0;
  const { tokens, requests } = tokenTower({
    credentials: async () => {
      asked += 1;
      return { clientId: 'client', clientSecret: 'secret' };
    },
  });
  await Promise.all(Array.from({ length: 10 }, () => tokens.getToken()));
  expect(asked).toBe(1);
  expect(requests).toHaveLength(1);
});
