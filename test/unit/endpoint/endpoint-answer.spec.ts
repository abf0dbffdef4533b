import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { writeAnswer } from '../../../lib/endpoint/endpoint-answer.js';
import type { TokenResponse } from '../../../lib/token/token-request.js';

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

  it('goes by the headers that the connection names, but for its own', () => {
    const headers = {
      connection: 'close,X-One , cache-control, content-type',
      'x-one': '1',
      'x-two': '2',
      'content-type': 'text/json',
    };

    expect(written({ status: 200, headers, body: '' })).toStrictEqual([
      'content-type: application/json',
      'x-two: 2',
      ...UNCACHED,
      [200, ''],
    ]);
  });
});
