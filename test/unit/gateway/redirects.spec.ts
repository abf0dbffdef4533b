import { describe, expect, it } from 'vitest';

import { belowBase } from '../../../lib/gateway/gateway-target.js';

const BASE = 'https://good.test/api';

describe('A redirect', () => {
  it.each([
    ['https://good.test/api/v4.0/b?c=d#e', '/v4.0/b', '?c=d'],
    ['/api/v4.0/b', '/v4.0/b', ''],
    ['b', '/v4.0/b', ''],
  ])('to %s is below the base', (location, path, query) => {
    expect(belowBase(location, BASE, '/v4.0/a')).toEqual({ path, query });
  });

  it.each([
    // As long as the base.
    'https://evil.test/api/v4.0/b',
    'http://good.test/api//v4.0/b',
    'https://good.test/apa/v4.0/b',
    'https://good.test/api/../v4.0/b',
    'https://user@good.test/api/v4.0/b',
    'https://good.test/api/%252e%252e/b',
    'https://good.test/api',
    'https://',
    undefined,
  ])('to %s is not', (location) => {
    expect(belowBase(location, BASE, '/v4.0/a')).toBeUndefined();
  });
});
