import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../../../lib/index.js';

describe('TokenUnavailableError', () => {
  it('says when another try may succeed', () => {
    const error = new TokenUnavailableError('none', { retryAfterMs: 500 });

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
      message: 'none',
      retryAfterMs: 500,
    });
  });

  it('may have a code that says more', () => {
    const { BUDGET_EXHAUSTED } = AsposeAuthErrorCode;

    expect(new TokenUnavailableError('none', {}, BUDGET_EXHAUSTED).code).toBe(
      BUDGET_EXHAUSTED,
    );
  });
});
