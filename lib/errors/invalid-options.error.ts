import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import { AsposeAuthError } from './aspose-auth.error.js';

/** Thrown at boot: lists every option that cannot be used, and what to do about it. */
export class InvalidOptionsError extends AsposeAuthError {
  /** One sentence a problem, each naming its option. */
  readonly problems: readonly string[];

  constructor(
    problems: readonly string[],
    code:
      | typeof AsposeAuthErrorCode.INVALID_OPTIONS
      | typeof AsposeAuthErrorCode.DUPLICATE_REGISTRATION = AsposeAuthErrorCode.INVALID_OPTIONS,
  ) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(code, `AsposeAuthModule cannot start:${list}`);
    this.problems = problems;
  }
}
