import { describe, expect, it } from 'vitest';

import type { RedirectedRequest } from '../../../../lib/http/axios/axios-like.js';
import { redirectGuard } from '../../../../lib/http/axios/redirect-guard.js';

const FROM = 'https://api.aspose.cloud';

/** What follow-redirects passes to the hook. */
function redirectTo(
  href: string,
  headers: Record<string, unknown> = { Authorization: 'Bearer x' },
): RedirectedRequest {
  const { protocol, host, hostname, port } = new URL(href);
  return { href, protocol, host, hostname, port, headers };
}

describe('A redirect', () => {
  it.each([
    'https://api.aspose.cloud/elsewhere',
    'https://api.aspose.cloud:443/?a=1',
    'https://API.ASPOSE.CLOUD',
  ])('to %s keeps the token', (href) => {
    const guard = redirectGuard(FROM, undefined);
    const request = redirectTo(href);

    guard.beforeRedirect(request);

    expect(request.headers).toStrictEqual({ Authorization: 'Bearer x' });
    expect(guard.isAuthorised).toBe(true);
  });

  it.each([
    ['a subdomain', 'https://sub.api.aspose.cloud/'],
    ['the parent domain', 'https://aspose.cloud/'],
    ['another port', 'https://api.aspose.cloud:8443/'],
    ['http', 'http://api.aspose.cloud/'],
    ['another host', 'https://evil.example/'],
  ])('to %s takes the token off', (_, href) => {
    const guard = redirectGuard(FROM, undefined);
    const request = redirectTo(href, {
      authorization: 'Bearer x',
      AUTHORIZATION: 'Bearer y',
      'X-Trace': 'abc',
    });

    guard.beforeRedirect(request);

    expect(request.headers).toStrictEqual({ 'X-Trace': 'abc' });
    expect(guard.isAuthorised).toBe(false);
  });

  it('from http to https of the same name takes the token off', () => {
    const guard = redirectGuard('http://localhost', undefined);
    const request = redirectTo('https://localhost/');

    guard.beforeRedirect(request);

    expect(request.headers).toStrictEqual({});
  });

  it('without a target or headers takes off what there is', () => {
    const guard = redirectGuard(FROM, undefined);

    guard.beforeRedirect({});

    expect(guard.isAuthorised).toBe(false);
  });

  it('back to the origin does not make it authorised again', () => {
    const guard = redirectGuard(FROM, undefined);
    guard.beforeRedirect(redirectTo('https://evil.example/'));
    guard.beforeRedirect(redirectTo(FROM));

    expect(guard.isAuthorised).toBe(false);
  });

  it('hands all its arguments to the hook of the caller first', () => {
    const seen: unknown[] = [];
    const guard = redirectGuard(FROM, (request, ...more) => {
      seen.push(request.headers?.['Authorization'], ...more);
    });
    const request = redirectTo('https://evil.example/');

    guard.beforeRedirect(request, { statusCode: 302 }, { url: FROM });

    expect(seen).toStrictEqual([
      'Bearer x',
      { statusCode: 302 },
      { url: FROM },
    ]);
    expect(request.headers).toStrictEqual({});
  });

  it.each(['href', 'protocol', 'host', 'hostname', 'port'])(
    'whose %s the hook of the caller changes loses the token',
    (name) => {
      const guard = redirectGuard(FROM, (request) => {
        request[name] =
          name === 'href' ? 'https://api.aspose.cloud/x' : 'other';
      });
      const request = redirectTo(FROM);

      guard.beforeRedirect(request);

      expect(request.headers).toStrictEqual({});
      expect(guard.isAuthorised).toBe(false);
    },
  );
});
