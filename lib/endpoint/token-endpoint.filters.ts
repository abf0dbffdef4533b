import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';

import { leaveToNest } from '../inbound/aspose-auth-exception.filter.js';
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
  readonly #logger = new Logger('AsposeTokenEndpoint');
  readonly #adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const { answer } = this.#oauthError(exception);
    writeAnswer(this.#adapterHost, host.switchToHttp().getResponse(), answer);
  }

  #oauthError(exception: unknown): OAuthError {
    if (exception instanceof OAuthError) return exception;
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      return new OAuthError(status, exception.message, {
        headers: status === 401 ? CHALLENGE : {},
      });
    }
    // Not the error itself: printed, those of HTTP clients show the whole request.
    this.#logger.error(
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

/**
 * Hides what the platform's body parser says about a body that it cannot parse, in the whole app: Express quotes a piece of
 * it, which may be a secret.
 *
 * The parser runs before any controller, so this filter must be global, and the last one: Nest asks no other. With
 * `useGlobalFilters`, pass it as the last argument: `new MalformedBodyFilter(app.get(HttpAdapterHost))`.
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
    if (host.getType() !== 'http') return leaveToNest(exception, host);
    super.catch(
      isOfParser(exception)
        ? new BadRequestException('The body cannot be parsed.')
        : exception,
      host,
    );
  }
}

/** What `JSON.parse` says before the position. */
const SYNTAX_ERRORS = [
  'Unexpected (token .|number|string) in',
  'Unexpected non-whitespace character after',
  "Expected property name or '}' in",
  'Expected double-quoted property name in',
  "Expected ':' after property name in",
  "Expected ',' or '}' after property value in",
  "Expected ',' or ']' after array element in",
  'Unterminated (string|fractional number) in',
  'Exponent part is missing a number in',
  'No number after minus sign in',
  'Bad (control character in string literal|escaped character|Unicode escape) in',
].join('|');

/** The whole messages of `JSON.parse`, Fastify's parser and Express' router: apps write about JSON, too. */
const PARSER_MESSAGE = new RegExp(
  `^(${[
    'Unexpected end of JSON input',
    String.raw`Unexpected token '.', (\.{3})?".*"(\.{3})? is not valid JSON`,
    String.raw`"(undefined|NaN|Infinity|\[object Object\])" is not valid JSON`,
    String.raw`(${SYNTAX_ERRORS}) JSON at position \d+( \(line \d+ column \d+\))?`,
    "Body is not valid JSON but content-type is set to 'application/json'",
    "Failed to decode param '.*'",
  ].join('|')})$`,
  's',
);

const NEST_FIELDS = ['statusCode', 'message', 'error'];

/** Nest wraps a parser's message in a plain exception, which does not say where it comes from. */
function isOfParser(exception: BadRequestException): boolean {
  return (
    PARSER_MESSAGE.test(exception.message) &&
    Object.keys(exception.getResponse()).every((field) =>
      NEST_FIELDS.includes(field),
    )
  );
}
