import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { unfilledProblems } from '../../../lib/token/unfilled-text.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';

describe('unfilledProblems', () => {
  it.each([
    '"0e8400e2-9b41-44d4-a716-446655440000"',
    "'c0ffee00c0ffee00c0ffee00c0ffee00'",
    '`a`',
    '“a”',
    '‘a’',
    '""',
    '"a\nb"',
  ])('finds the quotes around %s', (text) => {
    expect(unfilledProblems('clientId', text)).toEqual([
      'clientId is in quotes: remove them (docker --env-file takes them for a part of the value).',
    ]);
  });

  it.each([
    'your-client-id',
    'YOUR_CLIENT_SECRET',
    'your client id',
    'yourClientId',
    'your_id',
    'your-secret-here',
    'client-id-here',
    'CLIENT_SECRET_HERE',
    '<client id>',
    '<YOUR-CLIENT-ID>',
    '[client secret]',
    '{{client_id}}',
    '{clientId}',
    '[object Object]',
    '[redacted sha256:1a2b3c4d]',
    '${ASPOSE_CLIENT_ID}',
    '${{ secrets.ASPOSE_CLIENT_SECRET }}',
    '$(ASPOSE_CLIENT_ID)',
    '$ASPOSE_CLIENT_ID',
    '%ASPOSE_CLIENT_ID%',
    'ASPOSE_CLIENT_ID',
    'ASPOSE_CLIENT_SECRET',
    'insert-your-client-id',
    'insert_client_id',
    'Enter your secret',
    'paste id',
    'replace-me',
    'replace with your id',
    'xxx',
    'XXXX',
    'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
    '****',
    '...',
    '…',
    '---',
    'changeme',
    'change-me',
    'CHANGE_ME',
    'TODO',
    'TO DO',
    'TBD',
    'undefined',
    'null',
    'NaN',
  ])('takes %s for a placeholder', (text) => {
    expect(unfilledProblems('clientSecret', text)).toEqual([
      expect.stringMatching(
        /^clientSecret is a placeholder: put your own in its place/,
      ),
    ]);
  });

  it.each([
    'todo',
    'to-do',
    'tbd',
    'client',
    'client-id',
    'client_id',
    'Client ID',
    'secret',
    'the secret',
    'placeholder',
    'external',
    'any',
    'test-token',
    'x',
    'xx',
    'reports',
    'admin',
    'p%ss w+rd:/&é',
    '$ecret',
    '$PASSWORD',
    '"a',
    "o'brien's",
    '\'a"',
    '"',
    'youri',
    'enterprise',
    'putty',
    'replacement',
    'atmosphere',
    'there',
    '11111111-2222-4333-8444-555555555555',
    '00000000-0000-0000-0000-000000000000',
    '0123456789abcdef0123456789abcdef',
    'ace8955d11cf82e9189ea349976da6f',
  ])('takes %s as it is', (text) => {
    expect(unfilledProblems('clientId', text)).toEqual([]);
  });

  it('takes every GUID, every hexadecimal secret and every JWT as it is', () => {
    const digit = fc.constantFrom(
      ...[...Array(16).keys()].map((n) => n.toString(16)),
    );
    const hex = fc
      .array(digit, { minLength: 1, maxLength: 64 })
      .map((digits) => digits.join(''));
    const jwt = fc.object().map((claims) => unsignedJwt(claims));
    const real = fc.oneof(fc.uuid(), hex, jwt);
    fc.assert(
      fc.property(real, (text) => unfilledProblems('x', text).length === 0),
    );
  });
});
