import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Injectable,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';

/**
 * Hides what the platform's body parser says of a body that it cannot parse: Express quotes a piece of it, which may
 * be a secret.
 *
 * The parser runs before any controller, so that this one is for the whole app.
 *
 * @example
 * ```ts
 * @Module({ providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }] })
 * export class AppModule {}
 * ```
 */
@Catch(BadRequestException)
@Injectable()
export class MalformedBodyFilter extends BaseExceptionFilter {
  constructor(protected override readonly httpAdapterHost: HttpAdapterHost) {
    super();
  }

  override catch(exception: BadRequestException, host: ArgumentsHost): void {
    super.catch(
      isOfParser(exception.message)
        ? new BadRequestException('The body cannot be parsed.')
        : exception,
      host,
    );
  }
}

/** Nest hands on the words of `JSON.parse` and of the router, but no sign of where they come from. */
function isOfParser(message: string): boolean {
  return /\b(is not valid|in|after|end of) JSON\b|^Failed to decode param/.test(
    message,
  );
}
