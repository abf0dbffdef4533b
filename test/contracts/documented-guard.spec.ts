import {
  type CanActivate,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { describe, expect, it } from 'vitest';

import { contextOf } from '../support/contexts.js';
import { ServiceKeyGuard as GuardOfTheSample } from '../../sample-app/src/service-key.guard.js';
import { documentedClass } from '../support/documented-class.js';

const ServiceKeyGuard = documentedClass(
  'docs/token-endpoint.md',
  'ServiceKeyGuard',
  `import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
   import { ConfigService } from '@nestjs/config';`,
) as Type<CanActivate>;

/** What a JSON body, a form or a header may hold in place of a text. */
const HOSTILE_VALUES: readonly unknown[] = [
  null,
  7,
  true,
  [],
  ['7'],
  [['7']],
  {},
  { toString: 1 },
  { toString: null, valueOf: null },
  { length: 1, 0: '7' },
  Object.create(null),
  JSON.parse('{"__proto__":{"toString":1}}'),
  'x'.repeat(1_000_000),
  '\ud800',
  '7\0',
];

/** What a parser may make of a body, with a value in it or without. */
const bodiesWith = (value: unknown): readonly unknown[] => [
  { client_secret: value },
  JSON.parse('{"__proto__":{"client_secret":"7"}}'),
  [value],
  value,
  undefined,
];

const guardWith = (key: string) =>
  new ServiceKeyGuard(new ConfigService({ SERVICE_KEY: key }));

const letsIn = (guard: CanActivate, headers: object, body?: object) =>
  guard.canActivate(contextOf('http', { headers, body }));

describe('The ServiceKeyGuard of the documentation', () => {
  it('lets in who knows the key, as a header or as the client secret', () => {
    const guard = guardWith('key');

    expect(letsIn(guard, { 'x-service-key': 'key' })).toBe(true);
    expect(letsIn(guard, {}, { client_secret: 'key' })).toBe(true);
  });

  it.each([undefined, '', 'kez', 'ke', 'keyy', ['key', 'key'], 7])(
    'lets in nobody with another key: %j',
    (key) => {
      const guard = guardWith('key');

      expect(letsIn(guard, { 'x-service-key': key })).toBe(false);
      expect(letsIn(guard, {}, { client_secret: key })).toBe(false);
    },
  );

  it('is not made with an empty key, which everyone knows', () => {
    expect(() => guardWith('')).toThrow('SERVICE_KEY is empty.');
  });

  it.each(HOSTILE_VALUES.map((value) => [value]))(
    'says no to %j, and does not break',
    (value) => {
      const guard = guardWith('7');

      expect(letsIn(guard, { 'x-service-key': value })).toBe(false);
      for (const body of bodiesWith(value))
        expect(
          guard.canActivate(contextOf('http', { headers: {}, body })),
        ).toBe(false);
    },
  );
});

describe('The ServiceKeyGuard of the sample app', () => {
  const guard = new GuardOfTheSample(new ConfigService({ SERVICE_KEY: '7' }));
  const letIn = (header: unknown, body: unknown) =>
    guard.canActivate(contextOf('http', { get: () => header, body }));

  it('lets in who knows the key', () => {
    expect(letIn('7', undefined)).toBe(true);
    expect(letIn(undefined, { client_secret: '7' })).toBe(true);
  });

  it.each(HOSTILE_VALUES.map((value) => [value]))(
    'says no to %j, and does not break',
    (value) => {
      for (const body of bodiesWith(value))
        expect(() => letIn(undefined, body)).toThrow(UnauthorizedException);
      expect(() => letIn(value, undefined)).toThrow(UnauthorizedException);
    },
  );
});
