import { EventEmitter } from 'node:events';
import { parse, resolve } from 'node:url';

import { describe, expect, it } from 'vitest';

import { followWithoutToken } from '../../../lib/sdk/sdk-redirects.js';

/** Redirects a request as the `request` package does; tells whether it loses its token. */
function losesToken(from: string, location?: string): boolean {
  let hasToken = true;
  const request = Object.assign(new EventEmitter(), {
    uri: parse(from),
    removeHeader: (name: string) =>
      void (hasToken &&= name !== 'authorization'),
    followRedirect: followWithoutToken,
  });
  const headers = location === undefined ? {} : { location };

  expect(request.followRedirect({ headers })).toBe(true);
  const to = location ?? '';
  request.uri = parse(/^https?:/.test(to) ? to : resolve(from, to));
  request.emit('redirect');
  return !hasToken;
}

describe('A redirect of the request package', () => {
  it.each([
    'https://api.aspose.cloud/there',
    'https://api.aspose.cloud:443/there',
    'https://API.aspose.cloud/there',
    'HTTPS:api.aspose.cloud/there',
    '/there',
    'there',
    '?page=2',
    '//api.aspose.cloud/there',
    '\\\\api.aspose.cloud\\there',
    '',
    undefined,
  ])('to the same origin keeps the token: %j', (location) => {
    expect(losesToken('https://api.aspose.cloud/here', location)).toBe(false);
    expect(losesToken('https://api.aspose.cloud:443/here', location)).toBe(
      false,
    );
  });

  it.each([
    'http://api.aspose.cloud/there',
    'http://api.aspose.cloud:443/there',
    'https://api.aspose.cloud:8443/there',
    'https://sub.api.aspose.cloud/there',
    'https://aspose.cloud/there',
    'https://api.aspose.cloud.example/there',
    'https://api.aspose.cloud@elsewhere.example/there',
    '//elsewhere.example/there',
    'https://',
    'mailto:me@example.com',
    // Another host to that package, a path to the URL standard.
    'HTTPS:elsewhere.example/there',
    'https:elsewhere.example/there',
    'HTTPS:api.aspose.cloud:8443/there',
    // The other way round.
    '/\t/elsewhere.example/there',
    'https://api.aspose.cloud%2eelsewhere.example/there',
    // Nothing to the URL standard.
    'https://elsewhere.example^there',
  ])('to any other loses it: %j', (location) => {
    expect(losesToken('https://api.aspose.cloud/here', location)).toBe(true);
  });

  it('from plain HTTP on its port keeps the token', () => {
    expect(losesToken('http://localhost/here', 'http://localhost:80/')).toBe(
      false,
    );
  });
});
