import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { OAuthError, writeAnswer } from './endpoint-answer.js';

/** RFC 9110 requires a challenge with every 401, RFC 6749 one in the client's scheme. */
const CHALLENGE = { 'www-authenticate': 'Basic realm="token"' };

/**
 * Answers everything that goes wrong at the token endpoint, the app's guards included, as OAuth clients expect it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
@Catch()
@Injectable()
export class TokenEndpointExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('AsposeTokenEndpoint');
  private readonly adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.adapterHost = adapterHost;
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const { answer } = this.oauthError(exception);
    writeAnswer(this.adapterHost, host.switchToHttp().getResponse(), answer);
  }

  private oauthError(exception: unknown): OAuthError {
    if (exception instanceof OAuthError) return exception;
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      return new OAuthError(status, exception.message, {
        headers: status === 401 ? CHALLENGE : {},
      });
    }
    // Not the error itself: printed, those of HTTP clients show the whole request.
    this.logger.error(
      exception instanceof Error ? exception.stack : nameOf(exception),
    );
    return new OAuthError(500, 'Something went wrong here.');
  }
}

/** Not the object itself, which may hold the request or throw when it is made a text. */
function nameOf(thrown: unknown): string {
  return typeof thrown === 'string'
    ? thrown
    : Object.prototype.toString.call(thrown);
}
