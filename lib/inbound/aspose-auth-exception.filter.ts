import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import {
  tokenErrorResponse,
  tokenHttpException,
} from './token-error-response.js';
import { leaveToNest, sendWsException } from './ws-exception.js';

/**
 * Answers a failure to get a token with 503, 504 or 502 and `Retry-After`, wherever in the app it is thrown.
 *
 * Clients of a WebSocket gateway (with `@UseFilters()`) and of a microservice get the same message, as an exception.
 * Nest handles the errors of this package that are not about getting a token, and contexts of other kinds.
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
    const kind = host.getType<string>();
    if (kind === 'http')
      return super.catch(
        tokenHttpException(error, host, this.httpAdapterHost) ?? error,
        host,
      );
    const message = tokenErrorResponse(error)?.body.message;
    if (message !== undefined && kind === 'rpc')
      return throwError(() => ({ status: 'error', message }));
    if (message !== undefined && kind === 'ws')
      return sendWsException(host, message);
    return leaveToNest(error, host);
  }
}
