import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { DisabledTokenSource } from '../../../lib/token/static.token-source.js';

describe('DisabledTokenSource', () => {
  const source = new DisabledTokenSource();

  it('rejects, and says which option is the reason', async () => {
    await expect(source.getToken()).rejects.toMatchObject({
      code: AsposeAuthErrorCode.DISABLED,
      message: expect.stringContaining("auth: 'none'"),
    });
  });

  it('has no token, and explains why', () => {
    expect(source.peekToken()).toBeUndefined();
    expect(source.explain()).toEqual({ mode: 'disabled' });
    expect(source.isDisabled).toBe(true);
  });
});
