import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { tokenHttpException } from './token-http-exception.js';

/**
 * Answers a failure to get a token with 503, 504 or 502 and `Retry-After`, wherever in the app it is thrown.
 *
 * Errors of this package that are not about getting a token are left to Nest, as are contexts other than HTTP.
 *
 * @example
 * ```ts
 * @Module({ providers: [{ provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter }] })
 * export class AppModule {}
 * ```
 */
@Catch(AsposeAuthError)
export class AsposeAuthExceptionFilter extends BaseExceptionFilter {
  constructor(protected override readonly httpAdapterHost: HttpAdapterHost) {
    super();
  }

  override catch(
    error: AsposeAuthError,
    host: ArgumentsHost,
  ): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => error);
    if (host.getType() !== 'http') throw error;
    super.catch(
      tokenHttpException(error, host, this.httpAdapterHost) ?? error,
      host,
    );
  }
}
