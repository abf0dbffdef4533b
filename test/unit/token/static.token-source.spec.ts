import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { StaticTokenSource } from '../../../lib/token/static.token-source.js';

describe('StaticTokenSource', () => {
  const token = new AccessToken('static-token');
  const source = new StaticTokenSource(token);

  it('always answers the one token', async () => {
    await expect(source.getToken()).resolves.toBe(token);
    await expect(source.getToken({ minValidityMs: 1e12 })).resolves.toBe(token);
    expect(source.peekToken()).toBe(token);
  });

  it('returns it again to a caller who got a 401 with it, even after it was closed', async () => {
    source.reset();
    source.close();
    await expect(source.getToken({ unauthorized: { token } })).resolves.toBe(
      token,
    );
  });

  it('detaches a caller that has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(source.getToken({ signal })).rejects.toThrow('gone');
  });

  it.each([-1, NaN, '5'])(
    'refuses a minimum of %o, as an app with credentials would',
    async (given) => {
      const minValidityMs = given as number;
      await expect(source.getToken({ minValidityMs })).rejects.toThrow(
        'minValidityMs must be a number of milliseconds from 0 up',
      );
    },
  );

  it('holds nothing back and explains itself without the token', () => {
    expect(source.hold()).toBeUndefined();
    expect(source.explain()).toEqual({ mode: 'static' });
  });
});
