import { createReadStream } from 'node:fs';
import { Agent } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

import { describe, expect, it } from 'vitest';

import {
  type AsposeAuthModuleOptions,
  createAsposeFetch,
} from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { echoUploads } from '../support/echo-route.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { oldStream } from '../support/old-stream.js';
import { rejectionOf } from '../support/rejection.js';

interface Upload {
  readonly data?: Readable;
  readonly body?: () => Readable;
  readonly signal?: AbortSignal;
  readonly attach?: boolean;
}

const CLIENTS = ['AsposeHttpService', 'fetch'] as const;

/** An app, and how it uploads with each client. */
async function start(options: AsposeAuthModuleOptions = {}) {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp()
    .overCloud(cloud)
    .with(options)
    .start();
  const fetch = createAsposeFetch(tokens);
  const upload = {
    AsposeHttpService: async (
      path: string,
      { data, body, signal, attach }: Upload = {},
    ) => {
      const { status } = await aspose.axiosRef.put(path, data, {
        aspose: { body, attach },
        validateStatus: () => true,
        ...(signal && { signal }),
      });
      return status;
    },
    fetch: async (
      path: string,
      { data, body, signal, attach }: Upload = {},
    ) => {
      const { status } = await fetch(cloud.url + path, {
        method: 'PUT',
        body: data as unknown as ReadableStream,
        duplex: 'half',
        aspose: { body, attach },
        ...(signal && { signal }),
      });
      return status;
    },
  };
  return { cloud, aspose, tokens, upload, uploads: echoUploads(cloud) };
}

/** An app whose first token arrives once it may. */
async function startHeldBack() {
  const [arrived, arrive] = gate();
  const [opened, goOn] = gate();
  const endpoint = await startSite(async (_, response) => {
    arrive();
    await opened;
    response.end('{"access_token":"late","expires_in":3600}');
  });
  const started = await start({ tokenEndpoint: endpoint.url });
  return { ...started, arrived, goOn };
}

function gate(): [Promise<void>, () => void] {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return [opened, () => open()];
}

const missing = () => createReadStream('no-such-workbook.xlsx');

describe.each(CLIENTS)('Through %s, a stream', (client) => {
  it('that fails while the token is fetched fails the call, with its own error', async () => {
    const { cloud, goOn, upload } = await startHeldBack();

    const error = await rejectionOf(
      upload[client]('/upload', { data: missing() }),
    );

    expect(error).toMatchObject({ code: 'ENOENT' });
    goOn();
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it('that is closed while the token is fetched fails the call', async () => {
    const { goOn, arrived, upload } = await startHeldBack();
    const data = new PassThrough();
    const calling = rejectionOf(upload[client]('/upload', { data }));
    await arrived;

    data.destroy();

    expect(await calling).toMatchObject({
      code: 'ERR_STREAM_PREMATURE_CLOSE',
    });
    goOn();
  });

  it('is not waited for when its caller gives up while the token is fetched', async () => {
    const { goOn, arrived, upload } = await startHeldBack();
    const giveUp = new AbortController();
    const calling = rejectionOf(
      upload[client]('/upload', {
        data: new PassThrough(),
        signal: giveUp.signal,
      }),
    );
    await arrived;

    giveUp.abort();

    expect(await calling).toBeInstanceOf(Error);
    goOn();
  });

  it.each(['hot', 'cold'])(
    'of the kind before Node 0.10 arrives in whole: %s',
    async (kind) => {
      const { tokens, uploads, upload } = await start();
      if (kind === 'hot') await tokens.getToken();
      const data = oldStream();

      const calling = upload[client]('/upload', { data });
      data.emit('data', 'a ');
      data.emit('data', 'workbook');
      data.emit('end');

      expect(await calling).toBe(200);
      expect(uploads).toMatchObject([{ status: 200, body: 'a workbook' }]);
    },
  );

  it('of a call that got no token can be sent with the next call', async () => {
    const { cloud, uploads, upload } = await start({ retry: { attempts: 1 } });
    const data = Readable.from(['a ', 'workbook']);
    cloud.failNext({ kind: 'answer', status: 500 });

    await rejectionOf(upload[client]('/upload', { data }));
    await upload[client]('/upload', { data });

    expect(uploads).toMatchObject([{ status: 200, body: 'a workbook' }]);
  });

  it('of aspose.body that cannot be opened fails the call, with its own error', async () => {
    const { tokens, upload } = await start();
    await tokens.getToken();

    const error = await rejectionOf(
      upload[client]('/upload', { body: missing }),
    );

    const causes = [error, (error as Error).cause];
    expect(causes).toContainEqual(expect.objectContaining({ code: 'ENOENT' }));
  });

  it.each([
    [401, true],
    [413, true],
    [413, false],
  ])(
    'of aspose.body is ended by an early answer, and frees its connection: %i, attach: %s',
    async (status, attach) => {
      const oneConnection = new Agent({ keepAlive: true, maxSockets: 1 });
      const { cloud, upload } = await start({
        axios: { httpAgent: oneConnection },
      });
      cloud.route(
        'PUT',
        '/early',
        (_, response) => void response.writeHead(status).end(),
        { public: true },
      );
      const { body, allClosed } = endlessBodies();

      expect(await upload[client]('/early', { body, attach })).toBe(status);

      await allClosed();
      expect(await upload[client]('/early', { attach })).toBe(status);
      oneConnection.destroy();
    },
  );

  it('of aspose.body is ended when the connection breaks, without the token', async () => {
    const { cloud, upload } = await start();
    cloud.route('PUT', '/broken', (request) => void request.socket.destroy(), {
      public: true,
    });
    const { body, allClosed } = endlessBodies();

    await rejectionOf(upload[client]('/broken', { body, attach: false }));

    await allClosed();
  });

  it('of aspose.body is ended when the connection breaks', async () => {
    const { cloud, upload } = await start();
    cloud.route('PUT', '/broken', (request) => void request.socket.destroy(), {
      public: true,
    });
    const { body, allClosed } = endlessBodies();

    await rejectionOf(upload[client]('/broken', { body }));

    await allClosed();
  });

  it('of aspose.body is ended when the caller gives up', async () => {
    const { cloud, upload } = await start();
    const giveUp = new AbortController();
    cloud.route('PUT', '/never', () => giveUp.abort(), { public: true });
    const { body, allClosed } = endlessBodies();

    await rejectionOf(
      upload[client]('/never', { body, signal: giveUp.signal }),
    );

    await allClosed();
  });
});

describe.each(['http', 'fetch'])('By the adapter named %s', (adapter) => {
  it('aspose.body goes on while its answer streams', async () => {
    const { cloud, aspose } = await start();
    cloud.route(
      'PUT',
      '/echo',
      (request, response) => void request.pipe(response),
    );
    const upload = new PassThrough();
    upload.write('a ');

    const { data } = await aspose.axiosRef.put<Readable>('/echo', undefined, {
      adapter,
      responseType: 'stream',
      aspose: { body: () => upload },
    });
    upload.end('workbook');

    expect(await text(data)).toBe('a workbook');
  });
});

/** Bodies without an end, and a wait for all of them to be closed. */
function endlessBodies() {
  const made: Readable[] = [];
  return {
    body: () => {
      const stream = new Readable({
        read: () => void setImmediate(() => stream.push('one more row')),
      });
      made.push(stream);
      return stream;
    },
    allClosed: async () => {
      expect(made).not.toStrictEqual([]);
      for (const stream of made) await finished(stream).catch(() => {});
      expect(made.map(({ closed }) => closed)).not.toContain(false);
    },
  };
}
