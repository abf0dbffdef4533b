import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  InvalidOptionsError,
} from '../../../lib/index.js';

describe('InvalidOptionsError', () => {
  it('says what cannot be done, and lists the problems, each on a line of its own', () => {
    const error = new InvalidOptionsError('AsposeAuthModule cannot start', [
      'a is wrong.',
      'b is missing.',
    ]);

    expect(error.code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
    expect(error.problems).toStrictEqual(['a is wrong.', 'b is missing.']);
    expect(error.message).toBe(
      'AsposeAuthModule cannot start:\n  - a is wrong.\n  - b is missing.',
    );
  });
});
