import { BadRequestException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { MalformedBodyFilter } from '../../../lib/endpoint/token-endpoint.filters.js';
import { contextOf } from '../../support/contexts.js';

/** The answer to a request that caused an error. */
function answered(said: string | object): unknown {
  const bodies: unknown[] = [];
  const httpAdapter = {
    isHeadersSent: () => false,
    reply: (_response: unknown, body: unknown) => bodies.push(body),
  };
  const filter = new MalformedBodyFilter({
    httpAdapter,
  } as unknown as HttpAdapterHost);
  filter.catch(new BadRequestException(said), contextOf('http', {}, {}));
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
    "Failed to decode param '%E0%A4%A'",
  ])('hides it by the words of any Node: %s', (message) => {
    expect(answered(message)).toStrictEqual(HIDDEN);
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
