import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  get,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  AsposeCloudEmulator,
  type RouteHandler,
} from '../../../../lib/testing/index.js';
import { scaled } from '../../../support/scale.js';
import { callApi, fetchToken, requestToken } from './emulator-requests.js';

const LARGE_MIB = scaled(20, 100);

describe('An upload to the emulator', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  const MiB = 1024 * 1024;
  const upload = (path: string, size: number, token: string | undefined) =>
    callApi(cloud, token, path, {
      method: 'PUT',
      body: Readable.toWeb(zeros(size)),
      duplex: 'half',
    });

  it(`of ${LARGE_MIB} MiB passes through a route and back`, async () => {
    cloud.route('PUT', '/echo', (request, response) =>
      pipeline(request, response),
    );
    const hash = createHash('sha256');
    const answer = await upload('/echo', LARGE_MIB * MiB, cloud.issueToken());
    for await (const chunk of answer.body ?? []) hash.update(chunk);

    const expected = createHash('sha256');
    for await (const chunk of zeros(LARGE_MIB * MiB)) expected.update(chunk);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
  });

  it(`of ${LARGE_MIB} MiB is drained when it is unauthorized, ignored or unexpected`, async () => {
    cloud.route('PUT', '/ignore', (_, response) => void response.end());
    const token = cloud.issueToken();

    expect((await upload('/x', LARGE_MIB * MiB, undefined)).status).toBe(401);
    expect((await upload('/ignore', LARGE_MIB * MiB, token)).status).toBe(200);
    expect((await upload('/nowhere', LARGE_MIB * MiB, token)).status).toBe(404);
  });

  it.each<[string, RouteHandler]>([
    ['answers', (_, response) => void response.end()],
    [
      'fails',
      () => {
        throw new Error('no disk');
      },
    ],
  ])('is drained when a route reads its beginning and %s', async (_, then) => {
    cloud.route('PUT', '/begin', async (request, response) => {
      await once(request, 'data');
      request.pause();
      return then(request, response);
    });
    // By hand, because node's client gives up an upload that is answered early.
    const client = connect(Number(new URL(cloud.url).port), '127.0.0.1');
    const bearer = `Host: x\r\nAuthorization: Bearer ${cloud.issueToken()}\r\n`;
    client.write(
      `PUT /begin HTTP/1.1\r\n${bearer}Content-Length: ${20 * MiB}\r\n\r\n`,
    );
    await pipeline(zeros(20 * MiB), client, { end: false });
    client.write(`GET /v4.0/cells HTTP/1.1\r\n${bearer}\r\n`);

    let received = '';
    for await (const chunk of client.setEncoding('utf8')) {
      received += chunk as string;
      if (received.endsWith('"OK"')) break;
    }
  });

  it('is drained when it meets a hanging fault', async () => {
    cloud.failNext({ kind: 'hang' }, { path: 'api' });
    const sending = httpRequest(`${cloud.url}/x`, { method: 'PUT' });
    const settled = once(sending, 'close').catch(() => undefined);

    for await (const chunk of zeros(20 * MiB)) {
      if (!sending.write(chunk)) await once(sending, 'drain');
    }
    await cloud.close();
    await settled;
  });

  it('may be unauthorized before it has ended', async () => {
    const upload = httpRequest(`${cloud.url}/convert`, { method: 'PUT' });
    upload.write('a beginning');
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];

    expect(answer.statusCode).toBe(401);
    upload.end('and an end');
    await once(answer.resume(), 'end');
  });
});

describe('The server of the emulator', () => {
  it('serves many requests on one kept-alive connection', async () => {
    await using cloud = await AsposeCloudEmulator.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 5; i++) {
      const call = get(`${cloud.url}/v4.0/cells`, { agent });
      const [answer] = (await once(call, 'response')) as [IncomingMessage];
      ports.add(answer.socket.localPort);
      await once(answer.resume(), 'end');
    }
    agent.destroy();

    expect(ports.size).toBe(1);
  });

  it('closes at once whatever is open, and only once', async () => {
    const cloud = await AsposeCloudEmulator.start();
    const idle = connect(Number(new URL(cloud.url).port), '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    cloud.latencyMs = 600_000;
    const waiting = fetchToken(cloud).catch((error: unknown) => error);
    await expect.poll(() => cloud.counters.tokenRequests).toBe(1);

    await Promise.all([cloud.close(), cloud.close()]);
    await cloud.close();
    expect(await waiting).toBeInstanceOf(TypeError);
    await expect(fetch(cloud.url)).rejects.toThrow();
  });

  it('survives a client that breaks off in the middle of a request', async () => {
    await using cloud = await AsposeCloudEmulator.start();
    const client = connect(Number(new URL(cloud.url).port), '127.0.0.1');
    client.write('POST /connect/token HTTP/1.1\r\nHost: x\r\n');
    client.write('Content-Length: 100\r\n\r\ngrant_type=');
    await once(client, 'connect');
    client.resetAndDestroy();

    expect((await requestToken(cloud)).status).toBe(200);
    expect(cloud.counters.tokenRequests).toBe(1);
  });
});

function zeros(size: number): Readable {
  const chunk = Buffer.alloc(64 * 1024);
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
    })(),
  );
}
