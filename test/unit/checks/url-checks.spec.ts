import { describe, expect, it } from 'vitest';

import { isLoopback } from '../../../lib/network/loopback.js';
import { originProblems, urlProblems } from '../../../lib/checks/url-checks.js';
import { printableUrl } from '../../../lib/token/redacted.js';

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.255.0.3', '[::1]'])(
    'takes %s for this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    '',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '127.0.1',
    '128.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::2]',
    '10.0.0.1',
  ])('does not take %j for this machine', (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  it.each([
    ['http://2130706433', true],
    ['http://0x7f.1', true],
    ['http://LOCALHOST', true],
    ['http://127.0.0.1@example.com', false],
  ])('judges the host that %s really names', (url, expected) => {
    expect(isLoopback(new URL(url).hostname)).toBe(expected);
  });
});

describe('urlProblems', () => {
  it.each([
    ['https://api.aspose.cloud', false],
    ['https://api.aspose.cloud/v4.0/cells/', false],
    ['http://localhost:8088/connect/token', false],
    ['http://127.0.0.1:3000', false],
    ['http://cells.internal:47900', true],
  ])('finds nothing wrong with %s', (url, allowsHttp) => {
    expect(urlProblems('baseUrl', url, allowsHttp)).toEqual([]);
  });

  it.each([
    [undefined, 'baseUrl must be a URL such as'],
    [42, 'baseUrl must be a URL such as'],
    ['', 'baseUrl must be a URL such as'],
    ['api.aspose.cloud', 'baseUrl must be a URL such as'],
    ['/connect/token', 'baseUrl must be a URL such as'],
    ['ftp://api.aspose.cloud', 'must begin with https://, not ftp:.'],
    ['file:///etc/passwd', 'must begin with https://, not file:.'],
    ['localhost:8080', 'not localhost: (is the scheme missing?).'],
    ['https://me@api.aspose.cloud', 'must not hold a user name or password'],
    ['https://:pw@api.aspose.cloud', 'must not hold a user name or password'],
    ['https://api.aspose.cloud/?a=1', 'must not have a query or a fragment'],
    ['https://api.aspose.cloud/#a', 'must not have a query or a fragment'],
    ['https://api.aspose.cloud/?', 'must not have a query or a fragment'],
    ['https://api.aspose.cloud/#', 'must not have a query or a fragment'],
    ['"https://api.aspose.cloud"', 'is in quotes: remove them'],
    ["'https://api.aspose.cloud'", 'is in quotes: remove them'],
    [' https://api.aspose.cloud', 'begins or ends with white space'],
    ['https://api.aspose.cloud\n', 'begins or ends with white space'],
    ['http://api.aspose.cloud', 'baseUrl is an http: URL: anyone on the way'],
  ])('says what is wrong with %s', (value, what) => {
    expect(urlProblems('baseUrl', value, false)).toEqual([
      expect.stringContaining(what),
    ]);
  });

  it('never quotes a password', () => {
    const problems = urlProblems('baseUrl', 'https://u:canary@host', false);
    expect(problems.join()).not.toContain('canary');
  });
});

describe('originProblems', () => {
  it.each(['https://api.aspose.cloud', 'https://api.aspose.cloud:8443/'])(
    'finds nothing wrong with %s',
    (origin) => {
      expect(originProblems('allowedOrigins', origin, false)).toEqual([]);
    },
  );

  it.each([
    [
      'https://api.aspose.cloud/v4.0',
      'must be an origin without a path: https://api.aspose.cloud',
    ],
    ['http://api.aspose.cloud', 'is an http: URL'],
    ['api.aspose.cloud', 'must be a URL such as'],
    ['*', 'has a wildcard'],
    ['https://*.aspose.cloud', 'has a wildcard'],
  ])('says what is wrong with %s', (origin, what) => {
    expect(originProblems('allowedOrigins', origin, false)).toEqual([
      expect.stringContaining(what),
    ]);
  });

  it('allows http: beyond this machine where told to', () => {
    expect(originProblems('origin', 'http://cells.internal', true)).toEqual([]);
  });
});

describe('printableUrl', () => {
  it.each([
    [
      'https://api.aspose.cloud/connect/token',
      'https://api.aspose.cloud/connect/token',
    ],
    ['https://user:pass@host:8443/a/b?secret=1#c', 'https://host:8443/a/b'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/'],
  ])('prints %s as %s', (url, printed) => {
    expect(printableUrl(url)).toBe(printed);
  });
});
