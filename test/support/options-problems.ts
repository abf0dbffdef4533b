import { expect } from 'vitest';

import {
  AsposeAuthErrorCode,
  type AsposeAuthModuleOptions,
  InvalidOptionsError,
} from '../../lib/index.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';

/** What the options are refused for, problem by problem; empty when they are not. */
export function problemsOf(options: unknown): readonly string[] {
  try {
    resolveOptions(options as AsposeAuthModuleOptions);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    expect(error.code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
    for (const problem of error.problems)
      expect(error.message).toContain(problem);
    return error.problems;
  }
}
