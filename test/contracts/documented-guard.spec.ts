import type { CanActivate, Type } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { describe, expect, it } from 'vitest';

import { contextOf } from '../support/contexts.js';
import { documentedClass } from '../support/documented-class.js';

const ServiceKeyGuard = documentedClass(
  'docs/token-endpoint.md',
  'ServiceKeyGuard',
  `import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
   import { ConfigService } from '@nestjs/config';`,
) as Type<CanActivate>;

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
});
