import { describe, expect, it } from 'vitest';

import { ForeignOriginError } from '../../../lib/errors/errors.js';
import {
  type AttachPolicy,
  type AttachRequest,
  isAtOrigin,
  originForToken,
  originOf,
} from '../../../lib/http/attach-policy.js';
import { AccessToken, AsposeAuthErrorCode } from '../../../lib/index.js';
import { misleadingUrl } from '../../support/loopback-site.js';

const API = 'https://api.aspose.cloud';
const LOCAL = 'http://localhost:5000';

const LENIENT: AttachPolicy = {
  allowedOrigins: [API, LOCAL],
  onForeignOrigin: 'leave',
};
const STRICT: AttachPolicy = { ...LENIENT, onForeignOrigin: 'forbid' };

const POLICIES = [LENIENT, STRICT];

const ELSEWHERE: [string, unknown][] = [
  ['another scheme', 'http://api.aspose.cloud'],
  ['another port', 'https://api.aspose.cloud:8443'],
  ['a subdomain', 'https://sub.api.aspose.cloud'],
  ['the parent domain', 'https://aspose.cloud'],
  ['a longer name', 'https://api.aspose.cloud.evil.example'],
  ['a longer name before it', 'https://evilapi.aspose.cloud'],
  ['the name with a dot at its end', 'https://api.aspose.cloud.'],
  ['the name as a user name', 'https://api.aspose.cloud@evil.example'],
  ['the name as a user name and password', `${API}:443@evil.example/`],
  ['the name behind a backslash', 'https://evil.example\\@api.aspose.cloud'],
  ['a look-alike letter', 'https://api.аspose.cloud'],
  ['another name of the machine', 'http://127.0.0.1:5000'],
  ['a path', '/v4.0/cells'],
  ['no host', 'data:text/plain,null'],
  ['a URL that cannot be read', 'https://:no-url'],
  ['an empty text', ''],
  ['a URL that claims otherwise', misleadingUrl(API, 'https://evil.example')],
  ['nothing', undefined],
  ['something else', { href: API }],
];

describe.each(POLICIES)(
  'A request, where another origin is to $onForeignOrigin',
  (policy) => {
    it.each([
      [API, API],
      [`${API}:443/v4.0`, API],
      ['https://API.ASPOSE.CLOUD/?x=https://evil.example', API],
      [`${API}/v4.0/a@b`, API],
      [` ${API}/v4.0`, API],
      [`${API}?x=1`, API],
      [new URL(`${API}/v4.0`), API],
      [`${LOCAL}/v3.0`, LOCAL],
    ])('to an allowed origin carries the token: %s', (url, origin) => {
      expect(originForToken({ url }, policy)).toBe(origin);
    });

    it.each<[string, Partial<AttachRequest>]>([
      ['opts out', { attach: false }],
      ['has a header of its own', { authorization: 'Basic own' }],
      ['has an empty header', { authorization: '' }],
      ['is told to have none', { authorization: false }],
      ['has Basic authorization of axios', { authorization: { username: '' } }],
      ['has a user name in its URL', { url: 'https://me@api.aspose.cloud' }],
      ['has a password in its URL', { url: 'https://:pw@api.aspose.cloud' }],
    ])('that %s is left alone', (_, request) => {
      expect(originForToken({ url: API, ...request }, policy)).toBeUndefined();
    });

    it.each([null, undefined])('has no authorization with %s', (none) => {
      expect(
        originForToken({ url: API, authorization: none, attach: true }, policy),
      ).toBe(API);
    });

    it.each([
      [`Bearer ${new AccessToken('secret').toString()}`, 'a printed token'],
      ['Bearer undefined', 'reads "Bearer undefined"'],
      ['bearer null', 'reads "bearer null"'],
      ['Bearer [object Object] ', 'reads "Bearer [object Object] "'],
    ])(
      'with a header that no API accepts is forbidden, wherever it goes: %s',
      (authorization, said) => {
        for (const request of [
          { url: API },
          { url: 'https://elsewhere.example' },
          { url: API, attach: false },
        ])
          expect(() =>
            originForToken({ ...request, authorization }, policy),
          ).toThrow(
            expect.objectContaining({
              code: AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
              message: expect.stringContaining(said),
            }),
          );
      },
    );
  },
);

describe('A request elsewhere', () => {
  it.each(ELSEWHERE)('is left alone: %s', (_, url) => {
    expect(originForToken({ url }, LENIENT)).toBeUndefined();
  });

  it.each(ELSEWHERE)('is forbidden where the policy says so: %s', (_, url) => {
    expect(() => originForToken({ url }, STRICT)).toThrow(ForeignOriginError);
  });

  it('is everywhere when no origin is allowed', () => {
    expect(
      originForToken({ url: API }, { ...LENIENT, allowedOrigins: [] }),
    ).toBeUndefined();
  });

  it('fails with the advice of the policy', () => {
    const policy = { ...STRICT, advice: 'Call somebody else' };

    expect(() => originForToken({ url: 'https://a.example' }, policy)).toThrow(
      `https://a.example may not receive the Aspose token: only ${API}, ${LOCAL} may. Call somebody else, or add the origin`,
    );
  });

  it('is left alone with authorization of its own, also where the policy forbids it', () => {
    expect(
      originForToken(
        { url: 'https://a.example', authorization: 'own' },
        STRICT,
      ),
    ).toBeUndefined();
  });
});

describe('The origin of a URL', () => {
  it.each([
    ['https://api.aspose.cloud/v4.0/cells?a=1#b', API],
    ['HTTPS://API.Aspose.Cloud:443', API],
    ['http://localhost:5000', LOCAL],
    ['http://me:secret@localhost:80', 'http://localhost'],
    ['/v4.0/cells', undefined],
    ['//api.aspose.cloud/v4.0', undefined],
    ['', undefined],
  ])('of %s is %s', (url, origin) => {
    expect(originOf(url)).toBe(origin);
    expect(isAtOrigin(url, API)).toBe(origin === API);
  });
});
