import { Agent, createServer, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

import axios from 'axios';
import { firstValueFrom, timeout } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import { createAsposeFetch } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { leaksIn } from '../support/leaks.js';
import { rejectionOf } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BYTES = Buffer.alloc(300_000, 'a workbook ');

/** An app that uploads, and the sizes that arrived. */
async function start(settings: object = {}) {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp()
    .overCloud(cloud)
    .with(settings)
    .start();
  const sizes: number[] = [];
  cloud.route('PUT', '/upload', async (request, response) => {
    sizes.push((await buffer(request)).length);
    response.end();
  });
  return { cloud, aspose, tokens, sizes, fetch: createAsposeFetch(tokens) };
}

async function file(): Promise<Readable> {
  const path = join(await temporaryFolder(), 'report.xlsx');
  await writeFile(path, BYTES);
  return createReadStream(path);
}

const STREAMS: [string, () => Promise<Readable> | Readable][] = [
  ['a file', file],
  ['a stream of one chunk', () => Readable.from([BYTES])],
  ['a stream that was written before', () => new PassThrough().end(BYTES)],
];

describe.each(STREAMS)(
  'The stream of a call that is given up: %s,',
  (_, make) => {
    it('by a cancel token, arrives in whole with the next call', async () => {
      const { cloud, aspose, sizes } = await start();
      cloud.failNext({ kind: 'slow-headers', delayMs: 50 });
      const data = await make();
      const source = axios.CancelToken.source();

      const calling = rejectionOf(
        aspose.axiosRef.put('/upload', data, { cancelToken: source.token }),
      );
      await turn();
      source.cancel('enough');
      await calling;
      await aspose.axiosRef.put('/upload', data);

      expect(sizes).toStrictEqual([BYTES.length]);
    });

    it('by its subscriber, arrives in whole with the next call', async () => {
      const { cloud, aspose, sizes } = await start();
      cloud.failNext({ kind: 'slow-headers', delayMs: 100 });
      const data = await make();

      await rejectionOf(
        firstValueFrom(aspose.put('/upload', data).pipe(timeout(10))),
      );
      await firstValueFrom(aspose.put('/upload', data));

      expect(sizes).toStrictEqual([BYTES.length]);
    });

    it('for want of a token, arrives in whole with the next call of fetch', async () => {
      const { cloud, fetch, sizes } = await start({ retry: { attempts: 1 } });
      cloud.failNext({ kind: 'answer', status: 500 });
      const body = (await make()) as unknown as ReadableStream;
      const put = () =>
        fetch(`${cloud.url}/upload`, { method: 'PUT', body, duplex: 'half' });

      await rejectionOf(put());
      await put();

      expect(sizes).toStrictEqual([BYTES.length]);
    });
  },
);

describe('A stream that is sent', () => {
  it.each(['hot', 'cold'])(
    'can be read by an adapter that listens: %s',
    async (kind) => {
      const { aspose, tokens } = await start();
      if (kind === 'hot') await tokens.getToken();

      const { data } = await aspose.axiosRef.put<string>(
        '/upload',
        await file(),
        {
          adapter: async (config) => {
            const chunks: Buffer[] = [];
            const stream = config.data as Readable;
            stream.on('data', (chunk: Buffer) => chunks.push(chunk));
            await once(stream, 'end');
            const data = String(Buffer.concat(chunks).length);
            return { data, status: 200, statusText: '', headers: {}, config };
          },
        },
      );

      expect(data).toBe(BYTES.length);
    },
  );

  it.each(['AsposeHttpService', 'AsposeFetch'])(
    'goes on for its other readers when the connection breaks: %s',
    async (client) => {
      const { cloud, aspose, fetch } = await start();
      cloud.route(
        'PUT',
        '/broken',
        (request) => void request.socket.destroy(),
        {
          public: true,
        },
      );
      const data = await file();
      const other = text(data.pipe(new PassThrough()));

      await rejectionOf(
        client === 'AsposeFetch'
          ? fetch(`${cloud.url}/broken`, {
              method: 'PUT',
              body: data as unknown as ReadableStream,
              duplex: 'half',
            })
          : aspose.axiosRef.put('/broken', data),
      );

      expect((await other).length).toBe(BYTES.length);
    },
  );

  it('fails the call, not the process, where a chunk is neither bytes nor text', async () => {
    const { aspose } = await start();
    const data = Readable.from(['a ', 7, ' workbook']);
    data.on('data', () => {});

    const error = await rejectionOf(aspose.axiosRef.put('/upload', data));

    expect(error).toMatchObject({
      message: expect.stringContaining('numbers'),
    });
  });

  it('shows no token, and frees its connection, when it is answered early', async () => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => httpAgent.destroy());
    const { cloud, aspose, tokens, sizes } = await start({
      axios: { httpAgent },
    });
    cloud.route(
      'PUT',
      '/early',
      (_, response) => void response.writeHead(413).end(),
      { public: true },
    );
    const data = new PassThrough();
    data.write(BYTES);

    const error = await rejectionOf(aspose.axiosRef.put('/early', data));
    const { value: token } = await tokens.getToken();
    await aspose.axiosRef.put('/upload', 'the next');

    expect(error).toMatchObject({ response: { status: 413 } });
    expect(leaksIn(error, { token })).toStrictEqual([]);
    expect(data.destroyed).toBe(false);
    expect(sizes).toStrictEqual(['the next'.length]);
  });

  it('of a request to this app blocks nothing when there is no token for it', async () => {
    const { cloud, aspose } = await start({ retry: { attempts: 1 } });
    cloud.failNext({ kind: 'refuse', times: Infinity } as never);
    const proxy = createServer((request, response) => {
      void rejectionOf(aspose.axiosRef.put('/upload', request)).then(() =>
        response.writeHead(503).end(),
      );
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
      proxy.closeAllConnections();
      proxy.close();
    });
    const { port } = proxy.address() as AddressInfo;
    const upload = async () => {
      const sent = httpRequest({ port, agent, method: 'PUT' });
      sent.end(Buffer.alloc(4_000_000));
      const [answer] = (await once(sent, 'response')) as [
        import('node:http').IncomingMessage,
      ];
      answer.resume();
      return answer.statusCode;
    };

    expect([await upload(), await upload()]).toStrictEqual([503, 503]);
  });
});
