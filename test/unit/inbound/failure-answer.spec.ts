import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { TokenUnavailableError } from '../../../lib/index.js';
import { asposeHttpException } from '../../../lib/inbound/failure-answer.js';
import { contextOf } from '../../support/contexts.js';

const error = new TokenUnavailableError('none', { retryAfterMs: 5_000 });

/** The adapter of an app, and what headers it set. */
function adapterHost(isHeadersSent: boolean) {
  const headers: Record<string, string> = {};
  const httpAdapter = {
    isHeadersSent: () => isHeadersSent,
    setHeader: (_: unknown, name: string, value: string) => {
      headers[name] = value;
    },
  };
  return { headers, host: { httpAdapter } as unknown as HttpAdapterHost };
}

describe('The exception for a missing token', () => {
  it('has what led to it as its cause, for the filters and logs of the app', () => {
    const { headers, host } = adapterHost(false);

    const exception = asposeHttpException(error, contextOf('http', {}), host);

    expect(exception?.cause).toBe(error);
    expect(exception?.getStatus()).toBe(503);
    expect(headers).toStrictEqual({ 'Retry-After': '5' });
  });

  it('sets no header once they are sent', () => {
    const { headers, host } = adapterHost(true);

    asposeHttpException(error, contextOf('http', {}), host);

    expect(headers).toStrictEqual({});
  });
});
