import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import {
  OAuthError,
  writeAnswer,
} from '../../../lib/endpoint/endpoint-answer.js';
import type { TokenResponse } from '../../../lib/client-credentials/token-transport.js';

/** What a platform does with an answer, written down. */
function written(answer: TokenResponse, isHeadersSent = false): unknown[] {
  const calls: unknown[] = [];
  const httpAdapter = {
    isHeadersSent: () => isHeadersSent,
    setHeader: (_response: unknown, name: string, value: string) =>
      calls.push(`${name}: ${value}`),
    reply: (_response: unknown, body: string, status: number) =>
      calls.push([status, body]),
  };
  writeAnswer({ httpAdapter } as unknown as HttpAdapterHost, {}, answer);
  return calls;
}

const UNCACHED = ['cache-control: no-store', 'pragma: no-cache'];

describe('writeAnswer()', () => {
  it('writes JSON that no cache keeps', () => {
    expect(written({ status: 200, headers: {}, body: '{ }' })).toStrictEqual([
      'content-type: application/json',
      ...UNCACHED,
      [200, '{ }'],
    ]);
  });

  it('leaves an answer alone that was given already', () => {
    const answer = { status: 200, headers: {}, body: '{}' };

    expect(written(answer, true)).toStrictEqual([]);
  });

  it('does not write headers without a value', () => {
    const headers = { 'retry-after': undefined, allow: 'POST' };

    expect(written({ status: 405, headers, body: '' })).toStrictEqual([
      'content-type: application/json',
      'allow: POST',
      ...UNCACHED,
      [405, ''],
    ]);
  });

  it('hands on what callers need to know, and nothing else', () => {
    const headers = {
      allow: 'POST',
      'clear-site-data': '"*"',
      connection: 'close, X-Hop',
      link: '</x.js>; rel=preload',
      refresh: '0; url=https://evil.example',
      'request-id': '1',
      'Retry-After': '60',
      'set-cookie': 'a=b',
      'WWW-Authenticate': 'Basic realm="a", Bearer',
      'x-accel-redirect': '/internal/secrets',
      'x-correlation-id': '2',
      'x-hop': '1',
      'x-request-id': '3',
      'x-sendfile': '/etc/passwd',
    };

    expect(written({ status: 401, headers, body: '' })).toStrictEqual([
      'content-type: application/json',
      'allow: POST',
      'request-id: 1',
      'retry-after: 60',
      'www-authenticate: Basic realm="a", Bearer',
      'x-correlation-id: 2',
      'x-request-id: 3',
      ...UNCACHED,
      [401, ''],
    ]);
  });

  it.each(['7\r\nX-Evil: 1', '7\0', '7\u007f', '7\ud83d', '7é'])(
    'does not write a header that holds more than printable text: %j',
    (value) => {
      const headers = { 'x-request-id': value };

      expect(written({ status: 200, headers, body: '' })).toStrictEqual([
        'content-type: application/json',
        ...UNCACHED,
        [200, ''],
      ]);
    },
  );

  it.each([
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/problem+json',
    'application/vnd.api+json; charset=utf-8',
  ])('keeps a type that is JSON in UTF-8: %s', (type) => {
    const headers = { 'content-type': type };

    expect(written({ status: 200, headers, body: '' })).toContain(
      `content-type: ${type}`,
    );
  });

  it.each([
    'text/html',
    'text/json',
    'application/javascript',
    'application/json; charset=utf-7',
    'application/json, text/html',
    'text/html; x=application/json',
    'application/json\r\nX-Evil: 1',
    'image/svg+xml',
  ])('does not keep any other type: %j', (type) => {
    const headers = { 'content-type': type };

    expect(written({ status: 200, headers, body: '' })[0]).toBe(
      'content-type: application/json',
    );
  });
});

describe('OAuthError', () => {
  it.each([
    [400, 'invalid_request'],
    [401, 'invalid_client'],
    [403, 'unauthorized_client'],
    [404, 'invalid_request'],
    [405, 'invalid_request'],
    [413, 'invalid_request'],
    [429, 'temporarily_unavailable'],
    [499, 'invalid_request'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'temporarily_unavailable'],
    [504, 'temporarily_unavailable'],
  ])('calls %d %s', (status, error) => {
    expect(new OAuthError(status, 'No.').error).toBe(error);
  });

  it('is answered as OAuth clients read it', () => {
    const headers = { Allow: 'A' };
    const error = new OAuthError(405, 'No.', { error: 'another', headers });

    expect(error.answer).toStrictEqual({
      status: 405,
      headers,
      body: '{"error":"another","error_description":"No."}',
    });
  });

  it('has a description that stays within JSON', () => {
    const { body } = new OAuthError(400, 'a "quoted"\n\\ text').answer;

    expect(JSON.parse(body)).toStrictEqual({
      error: 'invalid_request',
      error_description: 'a "quoted"\n\\ text',
    });
  });
});
