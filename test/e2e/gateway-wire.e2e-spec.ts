import { Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeGatewayModule } from '../../lib/gateway/index.js';
import {
  exchange,
  OK,
  startUpstream,
  statusesIn,
  type Upstream,
} from '../gateway/wire.mjs';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';

async function start(
  platform: Platform,
  { host = '127.0.0.1', agent }: { host?: string; agent?: Agent } = {},
) {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  const baseUrl = upstream.url.replace('127.0.0.1', host);
  const { url } = await nestApp()
    .with({ accessToken: 'static', baseUrl })
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ['GET /v4.0/**', 'PUT /v4.0/**', 'DELETE /v4.0/**'],
        public: true,
        agent,
      }),
    )
    .on(platform)
    .start();
  return { url, upstream };
}

/** A request as it is on the wire. */
const bytes = (head: readonly string[], body = '') =>
  `${head.join('\r\n')}\r\n\r\n${body}`;

/** A request that is the last one on its connection. */
const put = (headers: readonly string[], body = '') =>
  bytes(
    [
      'PUT /aspose/v4.0/x HTTP/1.1',
      'Host: app.example',
      'Connection: close',
      ...headers,
    ],
    body,
  );

const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, ...headers, 'authorization: Bearer static'].join('\r\n');

/** What the upstream received, without what belongs to the connection. */
const essence = ({ connections }: Upstream) =>
  connections
    .map(({ text }) => text)
    .toSorted()
    .join('')
    .replaceAll(/(?:Host|Connection): .+\r\n/g, '');

interface Case {
  readonly what: string;
  readonly sent: readonly string[];
  readonly statuses: readonly number[];
  /** By the upstream, to the byte. */
  readonly received: string;
}

const refused = (status: number, what: string, ...sent: string[]): Case => ({
  what,
  sent,
  statuses: [status],
  received: '',
});

const CASES: readonly Case[] = [
  refused(
    400,
    'two lengths',
    put(['Content-Length: 5', 'Content-Length: 6'], 'hello!'),
  ),
  refused(
    400,
    'the same length twice',
    put(['Content-Length: 5', 'Content-Length: 5'], 'hello'),
  ),
  refused(400, 'a list of lengths', put(['Content-Length: 5, 5'], 'hello')),
  refused(400, 'a length with a sign', put(['Content-Length: +5'], 'hello')),
  refused(400, 'a length below zero', put(['Content-Length: -5'], 'hello')),
  refused(
    400,
    'a length in hexadecimal',
    put(['Content-Length: 0x5'], 'hello'),
  ),
  refused(
    400,
    'a length that no number holds',
    put(['Content-Length: 99999999999999999999'], 'hello'),
  ),
  refused(
    400,
    'a length and chunks',
    put(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  ),
  refused(
    400,
    'chunks and a length',
    put(['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
  ),
  refused(400, 'xchunked', put(['Transfer-Encoding: xchunked'], '0\r\n\r\n')),
  refused(
    400,
    'gzip, chunked',
    put(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
  ),
  refused(
    400,
    'chunked, gzip',
    put(['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'),
  ),
  refused(
    400,
    'chunked twice',
    put(
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ),
  ),
  refused(400, 'identity', put(['Transfer-Encoding: identity'], 'hello')),
  refused(
    400,
    'chunked behind a vertical tab',
    put(['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n'),
  ),
  refused(
    400,
    'a space before the colon',
    put(['Transfer-Encoding : chunked'], '0\r\n\r\n'),
  ),
  refused(400, 'a header without a colon', put(['Content-Length'], 'hello')),
  refused(400, 'a NUL in a header', put(['x-request-id: a\0b'])),
  refused(400, 'a CR in a header', put(['x-request-id: a\rb'])),
  refused(400, 'bare LF', put(['x-request-id: a']).replaceAll('\r\n', '\n')),
  refused(
    400,
    'one bare LF',
    put(['x-request-id: a\nauthorization: Bearer mine']),
  ),
  refused(400, 'an obs-fold', put(['x-request-id: a\r\n b'])),
  refused(
    400,
    'an obs-folded transfer encoding',
    put(['Transfer-Encoding:\r\n chunked'], '0\r\n\r\n'),
  ),
  refused(
    400,
    'no host',
    bytes(['PUT /aspose/v4.0/x HTTP/1.1', 'Connection: close']),
  ),
  refused(
    417,
    'an expectation of something else',
    put(['Expect: the-unexpected']),
  ),
  refused(
    426,
    'a WebSocket',
    bytes([
      'GET /aspose/v4.0/x HTTP/1.1',
      'Host: app.example',
      'Connection: Upgrade, close',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
    ]),
  ),
  refused(
    426,
    'HTTP/2 in clear text',
    bytes([
      'GET /aspose/v4.0/x HTTP/1.1',
      'Host: app.example',
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    ]),
  ),
  {
    what: 'two hosts',
    sent: [put(['Host: other.example'])],
    statuses: [200],
    received: bytes([head('PUT /v4.0/x'), 'Content-Length: 0']),
  },
  {
    what: 'a length',
    sent: [put(['Content-Type: text/csv', 'Content-Length: 5'], 'hello')],
    statuses: [200],
    received: bytes(
      [head('PUT /v4.0/x', 'content-type: text/csv', 'content-length: 5')],
      'hello',
    ),
  },
  {
    what: 'chunks, with an extension and trailers',
    sent: [
      put(
        ['Transfer-Encoding: Chunked'],
        '5;a=b\r\nhello\r\n0\r\nAuthorization: Bearer mine\r\nx-request-id: 1\r\n\r\n',
      ),
    ],
    statuses: [200],
    received: bytes(
      [head('PUT /v4.0/x', 'transfer-encoding: chunked')],
      '5\r\nhello\r\n0\r\n\r\n',
    ),
  },
  {
    what: 'a chunked GET',
    sent: [
      bytes(
        [
          'GET /aspose/v4.0/x HTTP/1.1',
          'Host: app.example',
          'Connection: close',
          'Transfer-Encoding: chunked',
        ],
        '5\r\nhello\r\n0\r\n\r\n',
      ),
    ],
    statuses: [200],
    received: bytes(
      [head('GET /v4.0/x', 'transfer-encoding: chunked')],
      '5\r\nhello\r\n0\r\n\r\n',
    ),
  },
  {
    what: 'a chunked DELETE',
    sent: [
      bytes(
        [
          'DELETE /aspose/v4.0/x HTTP/1.1',
          'Host: app.example',
          'Connection: close',
          'Transfer-Encoding: chunked',
        ],
        '5\r\nhello\r\n0\r\n\r\n',
      ),
    ],
    statuses: [200],
    received: bytes(
      [head('DELETE /v4.0/x', 'transfer-encoding: chunked')],
      '5\r\nhello\r\n0\r\n\r\n',
    ),
  },
  {
    what: 'a GET with a length',
    sent: [
      bytes(
        [
          'GET /aspose/v4.0/x HTTP/1.1',
          'Host: app.example',
          'Connection: close',
          'Content-Length: 5',
        ],
        'hello',
      ),
    ],
    statuses: [200],
    received: bytes([head('GET /v4.0/x', 'content-length: 5')], 'hello'),
  },
  {
    what: 'a body that is a request',
    sent: [
      put(
        ['Content-Length: 47'],
        'GET /connect/token HTTP/1.1\r\nHost: app.example\r\n\r\n'.slice(0, 47),
      ),
    ],
    statuses: [200],
    received: bytes(
      [head('PUT /v4.0/x', 'content-length: 47')],
      'GET /connect/token HTTP/1.1\r\nHost: app.example\r\n\r\n'.slice(0, 47),
    ),
  },
  {
    what: 'a length that is too short, and so two requests',
    sent: [
      bytes(
        [
          'PUT /aspose/v4.0/x HTTP/1.1',
          'Host: app.example',
          'Content-Length: 5',
        ],
        'hello',
      ) +
        bytes([
          'GET /aspose/connect/token HTTP/1.1',
          'Host: app.example',
          'Connection: close',
        ]),
    ],
    statuses: [200, 404],
    received: bytes([head('PUT /v4.0/x', 'content-length: 5')], 'hello'),
  },
  {
    what: 'three requests at once',
    sent: [
      bytes(['GET /aspose/v4.0/1 HTTP/1.1', 'Host: app.example']) +
        bytes(['GET /aspose/words/2 HTTP/1.1', 'Host: app.example']) +
        bytes([
          'GET /aspose/v4.0/3 HTTP/1.1',
          'Host: app.example',
          'Connection: close',
        ]),
    ],
    statuses: [200, 404, 200],
    received: bytes([head('GET /v4.0/1')]) + bytes([head('GET /v4.0/3')]),
  },
  {
    what: 'a body that waits to be asked for',
    sent: [put(['Expect: 100-continue', 'Content-Length: 5']), 'hello'],
    statuses: [100, 200],
    received: bytes([head('PUT /v4.0/x', 'content-length: 5')], 'hello'),
  },
  {
    what: 'a connection that takes our own headers with it',
    sent: [
      put(
        [
          'Connection: authorization, Content-Type, accept, content-length, host',
          'Content-Type: text/csv',
          'Accept: */*',
          'x-request-id: 1',
          'Content-Length: 5',
        ],
        'hello',
      ),
    ],
    statuses: [200],
    received: bytes(
      [head('PUT /v4.0/x', 'x-request-id: 1', 'content-length: 5')],
      'hello',
    ),
  },
  {
    what: 'a token of the caller',
    sent: [
      put([
        'Authorization: Bearer mine',
        'Proxy-Authorization: Basic bWluZQ==',
        'Cookie: session=1',
      ]),
    ],
    statuses: [200],
    received: bytes([head('PUT /v4.0/x'), 'Content-Length: 0']),
  },
  {
    what: 'HTTP/1.0',
    sent: [bytes(['GET /aspose/v4.0/x HTTP/1.0'])],
    statuses: [200],
    received: bytes([head('GET /v4.0/x')]),
  },
  {
    what: 'HTTP/1.0 that goes on',
    sent: [
      bytes(
        [
          'GET /aspose/v4.0/x HTTP/1.0',
          'Connection: keep-alive',
          'Content-Length: 5',
        ],
        'hello',
      ) + bytes(['GET /aspose/v4.0/y HTTP/1.0']),
    ],
    statuses: [200, 200],
    received:
      bytes([head('GET /v4.0/x', 'content-length: 5')], 'hello') +
      bytes([head('GET /v4.0/y')]),
  },
];

const MALFORMED = [
  { what: 'no number', chunks: 'zz\r\nhello\r\n0\r\n\r\n' },
  { what: 'a sign', chunks: '-5\r\nhello\r\n0\r\n\r\n' },
  { what: 'a prefix', chunks: '0x5\r\nhello\r\n0\r\n\r\n' },
  {
    what: 'too large a number',
    chunks: 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n',
  },
  { what: 'a bare LF', chunks: '5\nhello\r\n0\r\n\r\n' },
  { what: 'a bare LF at its end', chunks: '5\r\nhello\n0\r\n\r\n' },
  { what: 'more than it says', chunks: '5\r\nhello!\r\n0\r\n\r\n' },
  {
    what: 'a good one before',
    chunks: '5\r\nhello\r\nzz\r\nhello\r\n0\r\n\r\n',
  },
  { what: 'a bare CR', chunks: '5\rhello\r\n0\r\n\r\n' },
  { what: 'no size', chunks: '\r\nhello\r\n0\r\n\r\n' },
];

describe.each(platforms)('a gateway on $platform', (platform) => {
  it.each(CASES)('given $what', async ({ sent, statuses, received }) => {
    const { url, upstream } = await start(platform);

    const answer = await exchange(url, ...sent);
    const seen = {
      statuses: statusesIn(answer),
      received: essence(upstream),
    };

    expect(seen).toEqual({ statuses, received });
    expect(await isWell(url)).toBe(true);
  });

  it.each(MALFORMED)(
    'given a chunk with $what, ends no body as if it was whole',
    async ({ chunks }) => {
      const { url, upstream } = await start(platform);

      const answer = await exchange(
        url,
        put(['Transfer-Encoding: chunked'], chunks),
      );

      expect(statusesIn(answer)).not.toContain(200);
      expect(statusesIn(answer).length).toBeLessThanOrEqual(1);
      expect(upstream.received).not.toContain('\r\n0\r\n\r\n');
      expect(await isWell(url)).toBe(true);
    },
  );

  it.each(['', '5\r\nhello\r\n', '5\r\nhello\r\n0\r\n\r\n'])(
    'gives up the call of a caller that has closed its half after %j',
    async (chunks) => {
      const { url, upstream } = await start(platform);
      upstream.answer = () => {};
      const { hostname, port } = new URL(url);

      const socket = connect({ host: hostname, port: Number(port) });
      socket.end(put(['Transfer-Encoding: chunked'], chunks));

      expect(statusesIn(await text(socket))).not.toContain(200);
      await eventually(() =>
        expect(
          upstream.connections.every(({ socket }) => socket.destroyed),
        ).toBe(true),
      );
      upstream.answer = OK;
      expect(await isWell(url)).toBe(true);
    },
  );

  it('passes an early answer on at once, and ends the connection', async () => {
    const { url, upstream } = await start(platform);

    const answer = await exchange(
      url,
      bytes(
        [
          'PUT /aspose/v4.0/x HTTP/1.1',
          'Host: app.example',
          'Transfer-Encoding: chunked',
        ],
        '5\r\nhello\r\n',
      ),
    );

    expect(statusesIn(answer)).toEqual([200]);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(upstream.received).not.toContain('\r\n0\r\n\r\n');
  });

  it('answers 502 where a name cannot be looked up', async () => {
    const lookup = (_: string, __: object, done: (error: Error) => void) =>
      done(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }));
    const { url } = await start(platform, {
      host: 'localhost',
      agent: new Agent({ lookup } as object),
    });

    const answer = await exchange(url, put([]));

    expect(statusesIn(answer)).toEqual([502]);
  });

  it.each([
    ['that is none', 'hello'],
    [
      'with two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!',
    ],
    [
      'with a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'with a status that is none',
      'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'with a status beyond all',
      'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'with a NUL in a header',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: a\0b\r\n\r\n',
    ],
    [
      'with an obs-fold',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: a\r\n b\r\n\r\n',
    ],
  ])('answers 502 to an answer %s', async (_, malformed) => {
    const { url, upstream } = await start(platform);
    upstream.answer = malformed;

    const answer = await exchange(url, put([]));

    expect(statusesIn(answer)).toEqual([502]);
    upstream.answer = OK;
    expect(await isWell(url)).toBe(true);
  });
});

/** Whether a gateway still works. */
async function isWell(url: string): Promise<boolean> {
  const { ok } = await fetch(`${url}/aspose/v4.0/next`);
  return ok;
}
