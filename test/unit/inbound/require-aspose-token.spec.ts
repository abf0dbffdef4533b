import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  InvalidOptionsError,
  RequireAsposeToken,
  type RequireAsposeTokenOptions,
} from '../../../lib/index.js';

const NONSENSE: [unknown, string][] = [
  [{ minValidityMs: -1 }, 'from 0 up, not -1.'],
  [{ minValidityMs: NaN }, 'from 0 up, not NaN.'],
  [{ minValidityMs: -Infinity }, 'from 0 up, not -Infinity.'],
  [{ minValidityMs: Infinity }, 'minValidityMs must be finite'],
  [{ minValidityMs: '120000' }, 'from 0 up, not string.'],
  [{ minValidityMs: null }, 'from 0 up, not object.'],
  [{ minValidityMs: {} }, 'from 0 up, not object.'],
  [{ minValidityMs: [5] }, 'from 0 up, not object.'],
  [{ minValidityMs: 5n }, 'from 0 up, not bigint.'],
  [{ minValidityMS: 5 }, 'minValidityMS is not an option.'],
  [120_000, 'The options must be an object, not number.'],
  [null, 'The options must be an object, not null.'],
  [[], 'The options must be an object, not an array.'],
];

/** What a declaration is refused for. */
function refusalOf(declare: () => unknown): InvalidOptionsError {
  try {
    declare();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('@RequireAsposeToken()', () => {
  it.each(NONSENSE)('refuses %o as the class is declared', (given, says) => {
    const options = given as RequireAsposeTokenOptions;
    const onHandler = refusalOf(() => {
      class ReportController {
        @RequireAsposeToken(options)
        convert(this: void): void {}
      }
      return ReportController;
    });
    const onClass = refusalOf(() => {
      @RequireAsposeToken(options)
      class ReportController {}
      return ReportController;
    });

    expect(onHandler.code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
    expect(onHandler.problems).toEqual([expect.stringContaining(says)]);
    expect(onHandler.message).toContain(
      '@RequireAsposeToken() cannot be put on ReportController.convert',
    );
    expect(onClass.problems).toEqual(onHandler.problems);
    expect(onClass.message).toMatch(/cannot be put on ReportController:/);
  });

  it.each([
    undefined,
    {},
    { minValidityMs: undefined },
    { minValidityMs: 0 },
    { minValidityMs: 0.5 },
    { minValidityMs: 1e12 },
  ])('takes %o', (options) => {
    class ReportController {
      @RequireAsposeToken(options)
      convert(this: void): void {}
    }
    expect(ReportController.name).toBe('ReportController');
  });
});
