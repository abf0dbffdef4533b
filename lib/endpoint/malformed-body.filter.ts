import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Injectable,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';

import { leaveToNest } from '../inbound/ws-exception.js';

/**
 * Hides what the platform's body parser says of a body that it cannot parse: Express quotes a piece of it, which may
 * be a secret.
 *
 * The parser runs before any controller, so that this one is for the whole app. Nest asks the global filter that was
 * declared last, and no other: declare this one last. Beside `useGlobalFilters` that is as its last argument:
 * `app.useGlobalFilters(new OwnFilter(), new MalformedBodyFilter(app.get(HttpAdapterHost)))`.
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

/** What `JSON.parse` says before it tells where. */
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

/** The messages of `JSON.parse`, of Fastify's parser and of Express' router, in whole: an app speaks of JSON too. */
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

/** Nest hands on the words of a parser in a plain exception, without a sign of where they come from. */
function isOfParser(exception: BadRequestException): boolean {
  return (
    PARSER_MESSAGE.test(exception.message) &&
    Object.keys(exception.getResponse()).every((field) =>
      NEST_FIELDS.includes(field),
    )
  );
}
