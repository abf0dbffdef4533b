import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import { AsposeAuthError } from './aspose-auth.error.js';

/** Lists every option that cannot be used, and what to do about it. Thrown at boot, or by a call that takes options. */
export class InvalidOptionsError extends AsposeAuthError {
  /** One sentence per problem, each naming its option. */
  readonly problems: readonly string[];

  /** @param what - what cannot be done: the message begins with it. */
  constructor(
    what: string,
    problems: readonly string[],
    code: AsposeAuthErrorCode = AsposeAuthErrorCode.INVALID_OPTIONS,
  ) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(code, `${what}:${list}`);
    this.problems = problems;
  }
}
