import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const specs = readdirSync('test', { recursive: true, encoding: 'utf8' });

const named = [
  ...readFileSync('SECURITY.md', 'utf8').matchAll(
    /`((?:e2e|fleet|regression|sdk|unit)\/[\w./-]+)`/g,
  ),
].map(([, name = '']) => name);

it('SECURITY.md names tests that there are', () => {
  expect(named.length).toBeGreaterThan(30);
  expect(
    named.filter((name) => !specs.some((spec) => spec.startsWith(name))),
  ).toEqual([]);
});
