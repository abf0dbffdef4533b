import { type ArgumentsHost, Catch, Logger } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { EMPTY, from, throwError, type Observable } from 'rxjs';
// rxjs 7.1 exports operators only from here.
import { mergeMap } from 'rxjs/operators';

import { readFailedAnswer } from '../http/failure/call-failure.js';
import { asposeErrorResponse } from './aspose-error-response.js';
import { asposeHttpException, logCallFailure } from './failure-answer.js';

/** Stands for everything that {@link asposeErrorResponse} answers, of whatever class: Nest asks by `instanceof`. */
abstract class AsposeFailure {
  static [Symbol.hasInstance](error: unknown): boolean {
    return asposeErrorResponse(error) !== undefined;
  }
}

/**
 * Answers what goes wrong with Aspose, wherever in the app it is thrown, and logs why a call failed.
 *
 * A failure to get a token becomes 503, 504 or 502 with `Retry-After`, and what Aspose's API answers the status that it means
 * for a caller of the app: {@link asposeErrorResponse} tells which. Register it once, for the whole app: it leaves all other
 * errors to the app's other filters. Clients of a WebSocket gateway (with `@UseFilters()`) and of a microservice get the
 * same message, as an exception; Nest handles contexts of other kinds.
 *
 * @example
 * ```ts
 * @Module({ providers: [{ provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter }] })
 * export class AppModule {}
 * ```
 */
@Catch(AsposeFailure)
export class AsposeAuthExceptionFilter extends BaseExceptionFilter {
  constructor(protected override readonly httpAdapterHost: HttpAdapterHost) {
    super();
  }

  override catch(error: Error, host: ArgumentsHost): Observable<never> | void {
    const reading = readFailedAnswer(error);
    if (reading === undefined) return this.answer(error, host);
    const answering = reading.then(() => this.answer(error, host));
    if (host.getType() === 'rpc')
      return from(answering).pipe(mergeMap((answer) => answer ?? EMPTY));
    answering.catch((thrown: unknown) => {
      new Logger('AsposeAuth').error(
        `A failed call to Aspose could not be answered: ${String(thrown)}`,
      );
    });
  }

  private answer(error: Error, host: ArgumentsHost): Observable<never> | void {
    logCallFailure(error);
    const kind = host.getType<string>();
    if (kind === 'http')
      return super.catch(
        asposeHttpException(error, host, this.httpAdapterHost) ?? error,
        host,
      );
    const message = asposeErrorResponse(error)?.body.message;
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
