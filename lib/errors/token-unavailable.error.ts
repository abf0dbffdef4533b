import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import {
  AsposeAuthError,
  type AsposeAuthErrorDetails,
} from './aspose-auth.error.js';

/** Thrown when there is no valid token, and no token request is permitted yet. */
export class TokenUnavailableError extends AsposeAuthError {
  constructor(
    message: string,
    details: AsposeAuthErrorDetails,
    code: AsposeAuthErrorCode = AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
  ) {
    super(code, message, details);
  }
}
