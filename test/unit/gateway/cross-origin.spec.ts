import { describe, expect, it } from 'vitest';

import {
  isCrossOriginWrite,
  isForScript,
} from '../../../lib/gateway/cross-origin.js';

const HOST = 'app.example';
const OWN = 'https://app.example';
const FOREIGN = 'https://evil.example';
const TRUSTED = 'https://front.example';

/** Whether a write is refused, by the headers of its request. */
const isRefused = (headers: Record<string, string>, method = 'POST') =>
  isCrossOriginWrite(method, { host: HOST, ...headers }, [TRUSTED]);

/** As Go's `CrossOriginProtection.Check` does it, with the same words. */
function isRefusedByGo(
  method: string,
  headers: Record<string, string | undefined>,
): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return false;
  const origin = headers['origin'] ?? '';
  const isExempt = origin === TRUSTED;
  const site = headers['sec-fetch-site'] ?? '';
  if (site === 'same-origin' || site === 'none') return false;
  if (site !== '') return !isExempt;
  if (origin === '') return false;
  const [, host = ''] = /^https?:\/\/([^/]*)/.exec(origin) ?? [];
  return host !== headers['host'] && !isExempt;
}

describe('a write', () => {
  it.each([
    ['from no browser', {}, false],
    ['from the own page', { 'sec-fetch-site': 'same-origin' }, false],
    ['typed by the user', { 'sec-fetch-site': 'none' }, false],
    ['from a sister site', { 'sec-fetch-site': 'same-site' }, true],
    ['from a foreign site', { 'sec-fetch-site': 'cross-site' }, true],
    ['from who knows where', { 'sec-fetch-site': 'same-origin, none' }, true],
    ['from a new word', { 'sec-fetch-site': 'same-planet' }, true],
    [
      'from a foreign site that claims the own origin',
      { 'sec-fetch-site': 'cross-site', origin: OWN },
      true,
    ],
    [
      'from a trusted page',
      { 'sec-fetch-site': 'cross-site', origin: TRUSTED },
      false,
    ],
    ['from an old browser, own page', { origin: OWN }, false],
    [
      'from an old browser, own page by http',
      { origin: 'http://app.example' },
      false,
    ],
    ['from an old browser, foreign page', { origin: FOREIGN }, true],
    ['from an old browser, trusted page', { origin: TRUSTED }, false],
    ['from an old browser, another port', { origin: `${OWN}:8443` }, true],
    [
      'from an old browser, a subdomain',
      { origin: 'https://a.app.example' },
      true,
    ],
    [
      'from an old browser, a longer name',
      { origin: `${OWN}.evil.example` },
      true,
    ],
    [
      'from an old browser, a user name',
      { origin: 'https://app.example@evil.example' },
      true,
    ],
    ['from a sandbox', { origin: 'null' }, true],
    ['from two origins', { origin: `${OWN}, ${FOREIGN}` }, true],
    ['with empty headers', { origin: '', 'sec-fetch-site': '' }, false],
    [
      'with no site said, from a foreign page',
      { origin: FOREIGN, 'sec-fetch-site': '' },
      true,
    ],
  ])('%s', (_, headers, expected) => {
    expect(isRefused(headers)).toBe(expected);
    expect(isRefusedByGo('POST', { host: HOST, ...headers })).toBe(expected);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'get', ''])(
    'is each %s',
    (method) => {
      expect(isRefused({ 'sec-fetch-site': 'cross-site' }, method)).toBe(true);
    },
  );

  it.each(['GET', 'HEAD', 'OPTIONS'])('is no %s', (method) => {
    expect(isRefused({ 'sec-fetch-site': 'cross-site' }, method)).toBe(false);
  });

  it('is judged by the authority where HTTP/2 has no host', () => {
    const from = (origin: string) =>
      isCrossOriginWrite('POST', { ':authority': HOST, origin }, []);

    expect(from(OWN)).toBe(false);
    expect(from(FOREIGN)).toBe(true);
  });

  it('of a foreign page is refused where there is no host at all', () => {
    expect(isCrossOriginWrite('POST', { origin: OWN }, [])).toBe(true);
  });
});

it.each([
  ...[
    'audioworklet',
    'paintworklet',
    'script',
    'serviceworker',
    'sharedworker',
    'style',
    'worker',
    'xslt',
  ].map((destination) => [destination, true] as const),
  ...['empty', 'document', 'iframe', 'image', 'object', 'embed', ''].map(
    (destination) => [destination, false] as const,
  ),
])('an answer for %s is code: %s', (destination, expected) => {
  expect(isForScript({ 'sec-fetch-dest': destination })).toBe(expected);
});

it('an answer for a caller that does not say is no code', () => {
  expect(isForScript({})).toBe(false);
});
