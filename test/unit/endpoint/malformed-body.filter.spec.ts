import { BadRequestException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { MalformedBodyFilter } from '../../../lib/endpoint/malformed-body.filter.js';
import { contextOf } from '../../support/contexts.js';

/** What is answered to whoever caused an error. */
function answered(message: string): unknown {
  const bodies: unknown[] = [];
  const httpAdapter = {
    isHeadersSent: () => false,
    reply: (_response: unknown, body: unknown) => bodies.push(body),
  };
  const filter = new MalformedBodyFilter({
    httpAdapter,
  } as unknown as HttpAdapterHost);
  filter.catch(new BadRequestException(message), contextOf('http', {}, {}));
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
  `{"a":${'x'.repeat(500)}canary}`,
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
    "Failed to decode param '%E0%A4%A'",
  ])('hides it by the words of any Node: %s', (message) => {
    expect(answered(message)).toStrictEqual(HIDDEN);
  });

  it.each([
    'The template must be valid JSON',
    'filter must be a JSON string',
    'Send JSON, not XML',
    'Bad Request',
  ])('leaves what the app says as it is: %s', (message) => {
    expect(answered(message)).toStrictEqual({ ...HIDDEN, message });
  });
});
