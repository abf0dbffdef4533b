import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import { AsposeAuthError } from './aspose-auth.error.js';

/** Lists every option that cannot be used, and what to do about it. Thrown at boot, or by a call with options. */
export class InvalidOptionsError extends AsposeAuthError {
  /** One sentence a problem, each naming its option. */
  readonly problems: readonly string[];

  constructor(
    problems: readonly string[],
    {
      code = AsposeAuthErrorCode.INVALID_OPTIONS,
      what = 'AsposeAuthModule cannot start',
    }: { readonly code?: AsposeAuthErrorCode; readonly what?: string } = {},
  ) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(code, `${what}:${list}`);
    this.problems = problems;
  }
}
