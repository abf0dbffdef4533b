import {
  BadRequestException,
  ForbiddenException,
  HttpException,
} from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { MalformedBodyFilter } from '../../../lib/endpoint/malformed-body.filter.js';
import { contextOf } from '../../support/contexts.js';

/** What Nest compares an exception with before it asks the filter. */
const [CAUGHT] = Reflect.getMetadata(
  '__filterCatchExceptions__',
  MalformedBodyFilter,
) as [typeof Error];

/** What a platform says in a plain error that Nest 10 and 11 pass on. */
const ONLY_OLDER_SAY = [
  [
    { message: 'unsupported charset "CANARY"', statusCode: 415 },
    'The character set of the body is not supported.',
  ],
  [
    { message: 'Unsupported Media Type: text/canary', statusCode: 415 },
    'The type of the body is not supported.',
  ],
  [
    { message: 'request entity too large', statusCode: 413 },
    'The body is too large.',
  ],
] as const;

/** The answer to a request that Nest says something about. */
function answered(said: string | object): unknown {
  return answeredTo(new BadRequestException(said));
}

/** The answer to a request that caused an error. */
function answeredTo(error: Error): unknown {
  const bodies: unknown[] = [];
  const httpAdapter = {
    isHeadersSent: () => false,
    reply: (_response: unknown, body: unknown) => bodies.push(body),
  };
  const filter = new MalformedBodyFilter({
    httpAdapter,
  } as unknown as HttpAdapterHost);
  filter.catch(error, contextOf('http', {}, {}));
  return bodies[0];
}

const HIDDEN = {
  statusCode: 400,
  error: 'Bad Request',
  message: 'The body cannot be parsed.',
};

const MALFORMED = [
  '',
  '{',
  'canary',
  '"canary',
  '{"a":canary}',
  '{"a":1 canary}',
  '{a}',
  '{}canary',
  '{"a":"\ncanary"}',
  '{"a":"\\canary"}',
  '{"a":"\\u1xcanary"}',
  '-canary',
  '1.canary',
  '1ecanary',
  '[1,]',
  '[1 2]',
  '{"a" 1}',
  '{"a":1,}',
  '{"a":1 "canary"}',
  '[1 "canary"]',
  ' \n\u2028canary',
  '\u{1f511}canary',
  'undefined',
  'NaN',
  `{"a":${'x'.repeat(500)}canary}`,
  `{"a":"${'x'.repeat(500)}",\n"b":canary,\n"c":"${'x'.repeat(500)}"}`,
];

describe('MalformedBodyFilter', () => {
  it.each(MALFORMED)('hides what JSON.parse says of %j', (text) => {
    let message = '';
    try {
      JSON.parse(text);
    } catch (error) {
      message = (error as Error).message;
    }

    expect(message).not.toBe('');
    expect(answered(message)).toStrictEqual(HIDDEN);
  });

  it.each([
    'Unexpected token c in JSON at position 0',
    'Unexpected end of JSON input',
    `Unexpected token 'c', "canary" is not valid JSON`,
    `Expected ',' or '}' after property value in JSON at position 8 (line 1 column 9)`,
    'Unexpected non-whitespace character after JSON at position 2',
    'Unexpected number in JSON at position 3 (line 1 column 4)',
    'Unexpected string in JSON at position 3',
    `Unexpected token 'c', ..."{\n"a":canary\n}"... is not valid JSON`,
    `Unexpected token 'c', ..."{"a":canary" is not valid JSON`,
    "Body is not valid JSON but content-type is set to 'application/json'",
    'Object contains forbidden prototype property',
  ])('hides it by the words of any Node: %s', (message) => {
    expect(answered(message)).toStrictEqual(HIDDEN);
  });

  it('does not speak of a body where a URL cannot be decoded', () => {
    expect(answered("Failed to decode param '%E0%A4%A'")).toStrictEqual({
      ...HIDDEN,
      message: 'The URL cannot be decoded.',
    });
  });

  it.each(ONLY_OLDER_SAY)(
    'says %2$s of what older platforms say: %1$j',
    (said, message) => {
      const error = Object.assign(new Error(said.message), said);

      expect(error).toBeInstanceOf(CAUGHT);
      expect(answeredTo(error)).toMatchObject({
        statusCode: said.statusCode,
        message,
      });
    },
  );

  it.each([
    new Error('request aborted'),
    new SyntaxError('Unexpected end of JSON input'),
    Object.assign(new Error('request aborted'), { statusCode: 500 }),
    new ForbiddenException('request aborted'),
    new HttpException({ message: 'request aborted', code: 'E' }, 400),
    'request aborted',
    undefined,
  ])('is not asked about what no platform says: %o', (error) => {
    expect(error).not.toBeInstanceOf(CAUGHT);
  });

  it.each([
    'The template must be valid JSON',
    'filter must be a JSON string',
    'Send JSON, not XML',
    'Bad Request',
    'Field "x" is missing in JSON body',
    '"filter" is not valid JSON',
    'template: Unexpected end of JSON input',
    'Unexpected end of JSON input in the template',
    "Expected ',' or '}' in JSON at position 8",
    "Unexpected token 'c' in the template, which is not valid JSON",
  ])('leaves what the app says as it is: %s', (message) => {
    expect(answered(message)).toStrictEqual({ ...HIDDEN, message });
  });

  it.each([
    { message: 'template is not valid JSON', code: 'E_TEMPLATE', line: 3 },
    { message: 'Unexpected end of JSON input', code: 'E_TEMPLATE' },
    { message: ['name must be text'], error: 'Bad Request', statusCode: 400 },
  ])('leaves what the app answers as it is: %j', (body) => {
    expect(answered(body)).toStrictEqual(body);
  });
});
