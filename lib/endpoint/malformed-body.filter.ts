import { STATUS_CODES } from 'node:http';

import {
  type ArgumentsHost,
  Catch,
  HttpException,
  Injectable,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';

import { leaveToNest } from '../inbound/aspose-auth-exception.filter.js';
import { type PlatformError, platformErrorOf } from './platform-error.js';

/** Stands for the errors that are the platform's, whatever their class: Nest asks for it by `instanceof`. */
class AnyPlatformError extends Error {
  static override [Symbol.hasInstance](exception: unknown): boolean {
    return platformErrorOf(exception) !== undefined;
  }
}

/**
 * Says in words of its own what the platform says about a request that it cannot read, in the whole app: Express quotes a
 * piece of the body, which may be a secret. Other exceptions go to the app's other filters.
 *
 * The platform reads a request before any controller, so this filter must be global, and the last one: Nest asks no other.
 * With `useGlobalFilters`, pass it as the last argument: `new MalformedBodyFilter(app.get(HttpAdapterHost))`.
 *
 * @example
 * ```ts
 * @Module({ providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }] })
 * export class AppModule {}
 * ```
 */
@Catch(AnyPlatformError)
@Injectable()
export class MalformedBodyFilter extends BaseExceptionFilter<Error> {
  constructor(protected override readonly httpAdapterHost: HttpAdapterHost) {
    super();
  }

  override catch(exception: Error, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return leaveToNest(exception, host);
    const error = platformErrorOf(exception);
    super.catch(error === undefined ? exception : answerTo(error), host);
  }
}

function answerTo({ status, message }: PlatformError): HttpException {
  const body = { statusCode: status, error: STATUS_CODES[status], message };
  return new HttpException(body, status);
}
