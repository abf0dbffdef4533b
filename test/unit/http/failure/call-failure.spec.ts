import { Readable } from 'node:stream';

import { HttpException } from '@nestjs/common';
import { AxiosError, AxiosHeaders, CanceledError } from 'axios';
import { describe, expect, it } from 'vitest';

import {
  AsposeApiError,
  type AsposeCallFailure,
  asposeCallFailure,
} from '../../../../lib/index.js';
import { readFailedAnswer } from '../../../../lib/http/failure/call-failure.js';
import { noteFailedCall } from '../../../../lib/http/failed-call.js';

const CALL = 'PUT https://api.aspose.cloud/v4.0/cells';

function noted<T>(error: T): T {
  noteFailedCall(error, CALL);
  return error;
}

const failureOf = (error: unknown) => asposeCallFailure(noted(error));

function axiosError(status: number, data: unknown, headers = {}): AxiosError {
  const config = { headers: new AxiosHeaders() };
  const answer = { status, data, headers, statusText: '', config };
  return new AxiosError('failed', 'ERR_BAD_RESPONSE', config, {}, answer);
}

const SAID = { Error: { Code: 'errorItemNotFound', Message: 'No a.xlsx.' } };
const FOUND = {
  call: CALL,
  isRepeatable: true,
  kind: 'answered',
  status: 404,
  message: 'No a.xlsx.',
} as const;

describe('An answer of Aspose', () => {
  it.each<[string, unknown, Partial<AsposeCallFailure>]>([
    ['axios', axiosError(404, SAID), { code: 'errorItemNotFound' }],
    [
      'axios that asks for bytes',
      axiosError(404, Buffer.from(JSON.stringify(SAID))),
      { code: 'errorItemNotFound' },
    ],
    ['Cells, Slides', { message: 'No a.xlsx.', code: 404 }, {}],
    [
      'Words',
      {
        response: { statusCode: 404, headers: {} },
        body: { error: SAID.Error },
      },
      { code: 'errorItemNotFound' },
    ],
    [
      'Tasks',
      {
        message: 'Not Found',
        code: 404,
        response: { status: 404, body: SAID, headers: {} },
      },
      { code: 'errorItemNotFound' },
    ],
    [
      'CAD',
      Object.assign(new Error(JSON.stringify(SAID)), { statusCode: 404 }),
      { code: 'errorItemNotFound' },
    ],
    [
      'GroupDocs, which loses the status',
      { message: 'No a.xlsx.', code: 'errorItemNotFound' },
      {},
    ],
    ['an SDK, as text', { message: 'No a.xlsx.', code: '404' }, {}],
  ])('is known from an error of %s', (_, error, more) => {
    expect(failureOf(error)).toEqual({
      code: undefined,
      requestId: undefined,
      retryAfterMs: undefined,
      ...FOUND,
      ...more,
    });
  });

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
    ['soon', undefined],
  ])('says by Retry-After %s when to come back', (value, expected) => {
    const headers = {
      'Retry-After': value,
      Date: 'Sun, 06 Nov 1994 08:49:37 GMT',
    };

    expect(failureOf(axiosError(503, '', headers))?.retryAfterMs).toBe(
      expected,
    );
  });

  it('has the request id of its headers', () => {
    const error = axiosError(500, '', { 'X-Request-Id': 'abc' });

    expect(failureOf(error)?.requestId).toBe('abc');
  });

  it('says nothing as a stream, until that has been read', async () => {
    const error = axiosError(404, Readable.from([JSON.stringify(SAID)]));
    expect(failureOf(error)?.message).toBeUndefined();

    await readFailedAnswer(error);

    expect(failureOf(error)).toMatchObject(FOUND);
    expect(readFailedAnswer(error)).toBeUndefined();
  });

  it('says what has arrived of it when it breaks off', async () => {
    const error = noted(axiosError(404, Readable.from(breakingOff())));

    await readFailedAnswer(error);

    expect(failureOf(error)?.message).toBe('No such f');
  });

  it.each<[string, unknown]>([
    ['has been read', consumed()],
    ['was given up', Readable.from(['x']).destroy()],
    ['is no stream', 'text'],
  ])('is not read again when its body %s', (_, data) => {
    expect(readFailedAnswer(noted(axiosError(404, data)))).toBeUndefined();
  });
});

async function* breakingOff(): AsyncGenerator<string> {
  yield 'No such f';
  await new Promise(setImmediate);
  throw new Error('reset');
}

function consumed(): Readable {
  const body = Readable.from(['x']);
  body.read();
  body.resume();
  return body;
}

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('A call without an answer', () => {
  it.each<[AsposeCallFailure['kind'], string, unknown, string]>([
    [
      'unreachable',
      'ECONNRESET',
      withCode('ECONNRESET'),
      'ECONNRESET: ECONNRESET',
    ],
    [
      'unreachable',
      'a failure of fetch',
      new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }),
      'ENOTFOUND: ENOTFOUND',
    ],
    [
      'unreachable',
      'what an SDK cannot read',
      { message: 'Error while parse server error: x' },
      'Error while parse server error: x',
    ],
    ['unreachable', 'an empty error', {}, 'no reason given'],
    [
      'timed-out',
      'the timeout of axios',
      new AxiosError('timeout of 5ms exceeded', 'ECONNABORTED'),
      'ECONNABORTED: timeout of 5ms exceeded',
    ],
    [
      'timed-out',
      'a time limit of fetch',
      new DOMException('timed out', 'TimeoutError'),
      'TimeoutError: timed out',
    ],
    [
      'timed-out',
      'headers that do not come',
      new TypeError('fetch failed', {
        cause: withCode('UND_ERR_HEADERS_TIMEOUT'),
      }),
      'UND_ERR_HEADERS_TIMEOUT: UND_ERR_HEADERS_TIMEOUT',
    ],
    [
      'timed-out',
      'a signal’s time limit in axios',
      Object.assign(new CanceledError('canceled'), {
        config: { signal: { reason: new DOMException('x', 'TimeoutError') } },
      }),
      'ERR_CANCELED: canceled',
    ],
    [
      'called-off',
      'a signal',
      new DOMException('This operation was aborted', 'AbortError'),
      'AbortError: This operation was aborted',
    ],
    [
      'called-off',
      'a cancel token of axios',
      new CanceledError('gone'),
      'ERR_CANCELED: gone',
    ],
  ])('is %s by %s', (kind, _, error, reason) => {
    expect(failureOf(error)).toStrictEqual({
      call: CALL,
      isRepeatable: true,
      kind,
      reason: expect.stringContaining(reason),
    });
  });

  it.each(['ERR_BAD_OPTION', 'ERR_FR_MAX_BODY_LENGTH_EXCEEDED', 'ENOENT'])(
    'is no failure of Aspose’s when the app made a mistake: %s',
    (code) => {
      expect(failureOf(new AxiosError('wrong', code))).toBeUndefined();
    },
  );
});

describe('An error around another', () => {
  const wrapped = () => noted(axiosError(404, SAID));

  it.each([
    ['an Error', () => new Error('no report', { cause: wrapped() })],
    [
      'an Error in an Error',
      () => new Error('a', { cause: new Error('b', { cause: wrapped() }) }),
    ],
    [
      'an error of axios, as an interceptor makes',
      () => AxiosError.from(wrapped()),
    ],
  ])('is looked through when it is %s', (_, wrap) => {
    expect(asposeCallFailure(wrap())).toMatchObject(FOUND);
  });

  class ReportError extends Error {}

  it.each([
    ['of a class of the app', new ReportError('x', { cause: wrapped() })],
    ['an HttpException', new HttpException('gone', 410, { cause: wrapped() })],
    ['about something else', new Error('x', { cause: new Error('no disk') })],
    ['about a text', new Error('x', { cause: 'text' })],
    ['its own cause', circular()],
  ])('is the app’s when it is %s', (_, error) => {
    expect(asposeCallFailure(error)).toBeUndefined();
  });
});

function circular(): Error {
  const error = new Error('x');
  error.cause = error;
  return error;
}

describe('What is no call to Aspose', () => {
  it.each([
    undefined,
    null,
    'text',
    404,
    {},
    new Error('no disk'),
    axiosError(404, SAID),
    { code: 404 },
  ])('%o', (error) => {
    expect(asposeCallFailure(error)).toBeUndefined();
  });
});

describe('AsposeApiError', () => {
  const answer = (
    body: string | ReadableStream | null,
    init: ResponseInit = {},
  ) => new Response(body, { status: 404, ...init });

  it('holds an answer of fetch', async () => {
    const error = await AsposeApiError.from(
      answer(JSON.stringify(SAID), { headers: { 'Retry-After': '3' } }),
    );

    expect(error).toMatchObject({
      name: 'AsposeApiError',
      status: 404,
      body: JSON.stringify(SAID),
    });
    expect(error.message).toMatch(/answered 404: No a\.xlsx\.$/);
    expect(Object.keys(error)).toStrictEqual(['status', 'name']);
    expect(asposeCallFailure(error)).toMatchObject({
      status: 404,
      message: 'No a.xlsx.',
      code: 'errorItemNotFound',
      retryAfterMs: 3_000,
    });
  });

  it.each([
    ['none', () => answer(null)],
    ['a page', () => answer('<html>')],
  ])('says no more than the status when there is %s', async (_, make) => {
    const error = await AsposeApiError.from(make());

    expect(error.message).toMatch(/answered 404\.$/);
  });

  it('takes a body that has been read for empty', async () => {
    const response = answer('x');
    await response.text();

    expect((await AsposeApiError.from(response)).body).toBe('');
  });

  it('gives up a body that is too long, and one that does not end', async () => {
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4096).fill(97)),
      cancel: () => void (isCancelled = true),
    });

    const { body } = await AsposeApiError.from(answer(endless));

    expect(body).toBe('a'.repeat(64 * 1024));
    expect(isCancelled).toBe(true);
  });
});
