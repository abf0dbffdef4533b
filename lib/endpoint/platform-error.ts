import { HttpException } from '@nestjs/common';

/** What a platform says of a request before any controller has it, in words that quote nothing of the request. */
export interface PlatformError {
  readonly status: number;
  readonly message: string;
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
];

/** What zlib says of a body that is not compressed as its header tells. */
const ZLIB_ERRORS = [
  'unexpected end of file',
  'incorrect (header|data|length) check',
  'unknown compression method',
  'too many length or distance symbols',
  'invalid (block type|stored block lengths|window size)',
  'invalid (code lengths set|bit length repeat|literal/lengths set|distances set)',
  'invalid (literal/length code|distance code|distance too far back)',
];

/** The words of Express and Fastify, of any version. Each is a whole message: apps write about JSON, too. */
const SAYINGS: readonly (readonly [
  status: number,
  message: string,
  sayings: readonly string[],
])[] = [
  [
    400,
    'The body cannot be parsed.',
    [
      'Unexpected end of JSON input',
      String.raw`Unexpected token '.', (\.{3})?".*"(\.{3})? is not valid JSON`,
      String.raw`"(undefined|NaN|Infinity|\[object Object\])" is not valid JSON`,
      String.raw`(${SYNTAX_ERRORS.join('|')}) JSON at position \d+( \(line \d+ column \d+\))?`,
      "Body is not valid JSON but content-type is set to 'application/json'",
      'Object contains forbidden prototype property',
    ],
  ],
  [400, 'The URL cannot be decoded.', ["Failed to decode param '.*'"]],
  [
    400,
    'The body is empty.',
    ["Body cannot be empty when content-type is set to 'application/json'"],
  ],
  [
    400,
    'The body is not as long as its Content-Length says.',
    [
      'request size did not match content length',
      'Request body size did not match Content-Length',
    ],
  ],
  [400, 'The body cannot be decompressed.', ZLIB_ERRORS],
  [400, 'The body is nested too deeply.', ['The input exceeded the depth']],
  [400, 'The request was broken off.', ['(request )?aborted']],
  [
    413,
    'The body is too large.',
    ['request entity too large', 'Request body is too large'],
  ],
  [413, 'The body has too many fields.', ['too many parameters']],
  [
    415,
    'The character set of the body is not supported.',
    ['unsupported charset ".*"', 'specified encoding unsupported'],
  ],
  [
    415,
    'The compression of the body is not supported.',
    ['unsupported content encoding ".*"', 'content encoding unsupported'],
  ],
  [
    415,
    'The type of the body is not supported.',
    ['Unsupported Media Type(: .*)?'],
  ],
];

const ERRORS = SAYINGS.map(([status, message, sayings]) => ({
  status,
  message,
  pattern: new RegExp(`^(${sayings.join('|')})$`, 's'),
}));

const NEST_FIELDS = ['statusCode', 'message', 'error'];

/**
 * Tells what a platform said of a request that it could not read.
 *
 * @returns undefined for every other error, those of the app included.
 */
export function platformErrorOf(exception: unknown): PlatformError | undefined {
  if (!(exception instanceof Error)) return undefined;
  // Nest wraps such an error in a plain exception, which does not say where it comes from; up to Nest 11, not every one.
  const { statusCode } = exception as { statusCode?: unknown };
  if (exception instanceof HttpException && hasFieldsOfApp(exception))
    return undefined;
  const status =
    exception instanceof HttpException ? exception.getStatus() : statusCode;
  return ERRORS.find(
    (error) => error.status === status && error.pattern.test(exception.message),
  );
}

function hasFieldsOfApp(exception: HttpException): boolean {
  const response = exception.getResponse();
  return (
    typeof response === 'object' &&
    !Object.keys(response).every((field) => NEST_FIELDS.includes(field))
  );
}
