import { describe, expect, it } from 'vitest';

import { TokenRequestError } from '../../lib/errors/errors.js';
import { agedTower } from '../support/aged-tower.js';
import { silence } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

const unreachable = () =>
  Promise.reject(
    new TokenRequestError(
      'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
      'The token endpoint could not be reached (ECONNREFUSED).',
      { failure: 'transient' },
    ),
  );

describe('a token endpoint that is down', () => {
  it.each([280, 200, 60, 31, 20, 2])(
    'fails no call while the token is valid for another %i s',
    async (secondsLeft) => {
      const tower = await agedTower((3600 - secondsLeft) * 1000);
      tower.answer = unreachable;
      for (let call = 0; call < 10; call += 1) {
        const served = watch(tower.tokens.getToken());
        await tower.clock.advance(0);
        expect(served.value?.value).toBe('token-1');
      }
    },
  );

  it.each([3598 * 0.19, 31])(
    'and does not even answer is not waited for with %d s left',
    async (secondsLeft) => {
      const tower = await agedTower((3600 - secondsLeft) * 1000);
      tower.answer = silence;
      const served = watch(tower.tokens.getToken());
      await tower.clock.advance(0);
      expect(served.value?.value).toBe('token-1');
      expect(tower.requests).toHaveLength(2);
    },
  );
});
