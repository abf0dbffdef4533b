import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import {
  ClientCredentials,
  credentialProblems,
} from '../../../lib/credential/client-credentials.js';

const GUID = '0e8400e2-9b41-44d4-a716-446655440000';
const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';

describe('ClientCredentials', () => {
  const pair = new ClientCredentials({ clientId: GUID, clientSecret: SECRET });

  it('hands out the secret through its value alone', () => {
    expect(pair.clientSecret.value).toBe(SECRET);
    for (const printed of [
      inspect(pair, { depth: 9 }),
      inspect(pair, { depth: 9, customInspect: false, showHidden: true }),
      JSON.stringify(pair),
      String(pair.clientSecret),
    ])
      expect(printed).not.toContain(SECRET);
    expect(JSON.stringify(pair)).toContain(GUID);
  });

  it.each([
    ['the same pair', GUID, SECRET, true],
    ['another secret', GUID, 'other', false],
    ['another id', 'other', SECRET, false],
    ['the same letters cut elsewhere', GUID + 'c', SECRET.slice(1), false],
  ])('has one fingerprint a pair: %s', (_, clientId, clientSecret, isSame) => {
    const other = new ClientCredentials({ clientId, clientSecret });
    expect(other.fingerprint === pair.fingerprint).toBe(isSame);
  });
});

describe('credentialProblems', () => {
  it.each([
    ['as Aspose hands them out', GUID, SECRET],
    ['as an operator of a container invents them', 'client', 'secret'],
    ['two GUIDs', GUID, GUID],
    ['white space within', 'my client', 'my secret'],
  ])('finds nothing wrong with an id and secret %s', (_, id, secret) => {
    expect(credentialProblems({ clientId: id, clientSecret: secret })).toEqual(
      [],
    );
  });

  it.each([
    [
      'undefined',
      undefined,
      'is missing: is the variable it is read from set?',
    ],
    ['null', null, 'is missing: is the variable it is read from set?'],
    ['a number', 42, 'must be a string, not number.'],
    ['an object', {}, 'must be a string, not object.'],
    ['empty', '', 'is empty: is the variable it is read from set?'],
    ['blank', ' \t\n', 'is empty: is the variable it is read from set?'],
    ['followed by a newline', 'abc\n', 'begins or ends with white space'],
    ['preceded by a space', ' abc', 'begins or ends with white space'],
    ['followed by a no-break space', 'abc\u00a0', 'begins or ends with'],
    ['in quotes', '"abc"', 'is in quotes: remove them'],
    ['a placeholder', 'your-client-id', 'is a placeholder: put your own'],
    ['preceded by a byte order mark', '\ufeffabc', 'begins or ends with'],
  ])('names the option whose value is %s', (_, value, what) => {
    expect(
      credentialProblems({ clientId: value, clientSecret: SECRET }),
    ).toEqual([expect.stringContaining(`clientId ${what}`)]);
    expect(credentialProblems({ clientId: GUID, clientSecret: value })).toEqual(
      [expect.stringContaining(`clientSecret ${what}`)],
    );
  });

  it('names every problem at once', () => {
    expect(credentialProblems({})).toEqual([
      'clientId is missing: is the variable it is read from set?',
      'clientSecret is missing: is the variable it is read from set?',
    ]);
  });

  it.each([GUID, GUID.toUpperCase()])(
    'suspects that %s and a secret were swapped',
    (guid) => {
      const problems = credentialProblems({
        clientId: SECRET,
        clientSecret: guid,
      });
      expect(problems).toEqual([expect.stringContaining('look swapped')]);
    },
  );

  it('never quotes a secret', () => {
    for (const clientSecret of [
      `${SECRET}\n`,
      ` ${SECRET}`,
      `"${SECRET}"`,
      `<${SECRET}>`,
    ])
      expect(
        credentialProblems({ clientId: GUID, clientSecret }).join(),
      ).not.toContain(SECRET);
  });
});
