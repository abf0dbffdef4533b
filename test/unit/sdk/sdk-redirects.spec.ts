import { describe, expect, it } from 'vitest';

import { followWithoutToken } from '../../../lib/sdk/sdk-redirects.js';

/** Redirects a request of the `request` package; tells which headers it loses. */
function headersLost(from: string, location?: string): string[] {
  const lost: string[] = [];
  const request = {
    uri: { href: from },
    removeHeader: (name: string) => void lost.push(name),
    followRedirect: followWithoutToken,
  };
  const headers = location === undefined ? {} : { location };

  expect(request.followRedirect({ headers })).toBe(true);
  return lost;
}

describe('A redirect of the request package', () => {
  it.each([
    'https://api.aspose.cloud/there',
    'https://api.aspose.cloud:443/there',
    'https://API.aspose.cloud/there',
    '/there',
    'there',
    '?page=2',
    '//api.aspose.cloud/there',
    '',
    undefined,
  ])('to the same origin keeps the token: %j', (location) => {
    expect(
      headersLost('https://api.aspose.cloud/here', location),
    ).toStrictEqual([]);
  });

  it.each([
    'http://api.aspose.cloud/there',
    'https://api.aspose.cloud:8443/there',
    'https://sub.api.aspose.cloud/there',
    'https://aspose.cloud/there',
    'https://api.aspose.cloud.example/there',
    'https://api.aspose.cloud@elsewhere.example/there',
    '//elsewhere.example/there',
    'https://',
    'mailto:me@example.com',
  ])('to any other loses it: %j', (location) => {
    expect(
      headersLost('https://api.aspose.cloud/here', location),
    ).toStrictEqual(['authorization']);
  });
});
