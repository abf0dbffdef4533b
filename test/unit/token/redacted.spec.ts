import { format, inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import {
  Redacted,
  REDACTED_MARK,
  sha256,
} from '../../../lib/token/redacted.js';

const CANARY = 'canary-5ec2e7';
const PRINTED = `[redacted sha256:${sha256(CANARY).slice(0, 8)}]`;

describe('Redacted', () => {
  const redacted = new Redacted(CANARY);

  it('reveals itself through its value alone', () => {
    expect(redacted.value).toBe(CANARY);
    expect(Object.entries(redacted)).toEqual([]);
    expect(JSON.stringify(Object.assign({}, redacted))).toBe('{}');
  });

  it.each<[string, () => string]>([
    ['String()', () => String(redacted)],
    ['a template', () => `${redacted as unknown as string},`.slice(0, -1)],
    ['concatenation', () => ''.concat(redacted as unknown as string)],
    ['join', () => [redacted].join(',')],
    ['util.inspect', () => inspect(redacted)],
    ['format %s', () => format('%s', redacted)],
    ['format %o', () => format('%o', redacted)],
  ])('prints as its fingerprint through %s', (_, print) => {
    expect(print()).toBe(PRINTED);
  });

  it.each<[string, (value: unknown) => string]>([
    ['JSON.stringify', (value) => JSON.stringify(value)],
    ['format %j', (value) => format('%j', value)],
    ['util.inspect', (value) => inspect(value, { depth: 9 })],
    [
      'util.inspect without hooks',
      (value) => inspect(value, { customInspect: false, showHidden: true }),
    ],
  ])('stays hidden deep within an object through %s', (_, print) => {
    const printed = print({ axios: { config: [redacted] } });
    expect(printed).not.toContain(CANARY);
  });

  it('prints as a JSON string', () => {
    expect(JSON.parse(JSON.stringify({ redacted }))).toEqual({
      redacted: PRINTED,
    });
  });

  it('begins with the mark by which a printed token is told from a token', () => {
    expect(String(redacted).startsWith(REDACTED_MARK)).toBe(true);
    expect(REDACTED_MARK).toBe('[redacted ');
  });

  it('has the SHA-256 of its value', () => {
    expect(redacted.sha256).toBe(sha256(CANARY));
  });

  it('tells two values apart by eight hexadecimal digits', () => {
    expect(redacted.fingerprint).toMatch(/^[0-9a-f]{8}$/);
    expect(redacted.fingerprint).toBe(new Redacted(CANARY).fingerprint);
    expect(redacted.fingerprint).not.toBe(new Redacted('other').fingerprint);
  });
});

/** What libraries make of an object that they copy field by field. */
const COPIES: Readonly<Record<string, (original: Redacted) => Redacted>> = {
  'of its prototype': (original) =>
    Object.create(Object.getPrototypeOf(original) as object) as Redacted,
  'of its prototype and its fields': (original) =>
    Object.assign(
      Object.create(Object.getPrototypeOf(original) as object) as Redacted,
      original,
    ),
  'with its descriptors': (original) =>
    Object.create(
      Object.getPrototypeOf(original) as object,
      Object.getOwnPropertyDescriptors(original),
    ) as Redacted,
};

describe.each(Object.entries(COPIES))('A copy %s', (_, copyOf) => {
  const copy = copyOf(new Redacted(CANARY));

  it.each<[string, () => string]>([
    ['String()', () => String(copy)],
    ['util.inspect', () => inspect(copy)],
    ['util.inspect with getters', () => inspect(copy, { getters: true })],
    ['format %o', () => format('%o', copy)],
    ['format %s', () => format('%s', copy)],
    ['JSON.parse', () => JSON.parse(JSON.stringify(copy)) as string],
  ])('prints that it is redacted through %s', (__, print) => {
    expect(print()).toBe('[redacted copy]');
  });

  it('prints with the mark by which it is told from a token', () => {
    expect(String(copy).startsWith(REDACTED_MARK)).toBe(true);
  });

  it.each(['value', 'sha256', 'fingerprint'] as const)(
    'has no %s, and says why',
    (name) => {
      expect(() => copy[name]).toThrow(
        new TypeError(
          'This is a copy of a redacted value, which holds no text. Pass on the original, or its value.',
        ),
      );
    },
  );
});

describe('A structured clone', () => {
  it('holds nothing', () => {
    const clone: unknown = structuredClone(new Redacted(CANARY));

    expect(clone).toStrictEqual({});
  });
});

describe('sha256', () => {
  it('is the SHA-256 of a text in hexadecimal', () => {
    expect(sha256('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
