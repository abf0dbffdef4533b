import { type ArgumentsHost, Catch, Logger } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

import { AsposeAuthError } from '../errors/errors.js';
import {
  tokenErrorResponse,
  tokenHttpException,
} from './token-error-response.js';

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

/** A client of a gateway: a socket of Socket.IO, or a plain WebSocket. */
interface WsClient {
  /** Only a plain WebSocket has it. */
  readonly readyState?: number;
  send?(message: string): void;
  emit?(event: string, payload: unknown): void;
}

const logger = new Logger('WsExceptionsHandler');

/**
 * Tells the client of a gateway that its message failed, as Nest's own filter does.
 *
 * A plain WebSocket has an `emit` too, which does not reach the client.
 */
function sendWsException(host: ArgumentsHost, message: string): void {
  const client = host.switchToWs().getClient<WsClient | undefined>();
  const data = { status: 'error', message };
  if (typeof client?.readyState === 'number')
    client.send?.(JSON.stringify({ event: 'exception', data }));
  else client?.emit?.('exception', data);
}

/**
 * Handles a non-HTTP exception as Nest would without this filter.
 *
 * When a filter returns nothing, Nest treats the exception as unhandled, except at a gateway: there it treats the
 * exception as answered.
 */
export function leaveToNest(exception: Error, host: ArgumentsHost): void {
  if (host.getType() !== 'ws') return;
  logger.error(exception.message, exception.stack);
  sendWsException(host, 'Internal server error');
}
