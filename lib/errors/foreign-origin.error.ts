import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import { AsposeAuthError } from './aspose-auth.error.js';

/** Thrown instead of sending a token to a host that is not allowed. */
export class ForeignOriginError extends AsposeAuthError {
  /** Scheme, host and port of the request that was not made. */
  readonly origin: string;

  /** @param otherwise - what to do if the origin should not be allowed. */
  constructor(
    origin: string,
    allowedOrigins: readonly string[],
    otherwise = 'Call other hosts with another HTTP client',
  ) {
    super(
      AsposeAuthErrorCode.FOREIGN_ORIGIN,
      `${origin} may not receive the Aspose token: only ${allowedOrigins.join(', ')} may. ` +
        `${otherwise}, or add the origin to the option allowedOrigins.`,
    );
    this.origin = origin;
  }
}
