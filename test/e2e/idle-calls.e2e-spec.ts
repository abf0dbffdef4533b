import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  createServer as createHttpServer,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  ASPOSE_FETCH,
  asposeCallFailure,
  asposeErrorResponse,
  type AsposeAuthModuleOptions,
  type AsposeFetch,
  AsposeAuthErrorCode,
  IdleTimeoutError,
} from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';
import {
  type SelfSignedCertificate,
  selfSignedCertificate,
} from '../support/self-signed-certificate.js';

const IDLE_MS = 250;
/** What a call that hangs may take at most. */
const LIMIT_MS = 8 * IDLE_MS;

/** How the API treats a request, by its path. */
const API: Record<string, (response: ServerResponse) => unknown> = {
  '/connect/token': (response) =>
    response.end(
      JSON.stringify({ access_token: randomUUID(), expires_in: 3600 }),
    ),
  '/whole': (response) => response.end('"OK"'),
  '/silent': () => {},
  '/half': (response) => response.write('half an answer'),
  '/half-failed': (response) => response.writeHead(500).write('half of it'),
  '/moved': (response) =>
    response.writeHead(307, { location: '/silent' }).end(),
  '/drips': async (response) => {
    for (let drops = 0; drops < 15; drops += 1) {
      response.write('drop ');
      await setTimeout(IDLE_MS / 5);
    }
    response.end();
  },
  '/drips-on': async (response) => {
    for (let drops = 0; drops < 30; drops += 1) {
      response.write('drop ');
      await setTimeout(IDLE_MS / 4);
    }
    response.end();
  },
  '/large': (response) => response.end(Buffer.alloc(8 << 20, 'row')),
  '/slow': (response) => {
    const { req } = response;
    let bytes = Number(req.headers['content-length']);
    req.on('data', (chunk: Buffer) => {
      bytes -= chunk.length;
      // The system holds the last megabytes, of which nobody sees how they go.
      if (bytes < 6 << 20) return;
      req.pause();
      void setTimeout(4).then(() => req.resume());
    });
    req.on('end', () => response.end('"OK"'));
  },
  '/unauthorized': async (response) => {
    await setTimeout(0.7 * IDLE_MS);
    response.writeHead(401).end('no');
  },
  // Reads nothing, so that an upload is stuck once all buffers are full.
  '/deaf': (response) => response.req.pause(),
};

interface Call {
  readonly data?: unknown;
  readonly aspose?: {
    readonly attach?: boolean;
    readonly body?: () => Readable;
  };
  readonly signal?: AbortSignal;
}

async function start(
  options: AsposeAuthModuleOptions = {},
  certificate?: SelfSignedCertificate,
  host = '127.0.0.1',
) {
  const site = await startSite((request, response) => {
    if (!/^\/(?:deaf|slow)$/.test(String(request.url))) request.resume();
    return API[String(request.url)]?.(response);
  }, certificate);
  const { app, aspose } = await nestApp()
    .with({
      accessToken: 'the-canary',
      baseUrl: site.url.replace('127.0.0.1', host),
      idleTimeoutMs: IDLE_MS,
      ...options,
    })
    .start();
  const fetch = app.get<AsposeFetch>(ASPOSE_FETCH, { strict: false });
  const byAxios =
    (adapter: string) =>
    async (path: string, { data, ...call }: Call = {}) => {
      const answer = await aspose.axiosRef.request<string>({
        method: data || call.aspose?.body ? 'PUT' : 'GET',
        url: path,
        data,
        adapter,
        ...call,
      });
      return answer.data;
    };
  const callers = {
    AsposeHttpService: byAxios('http'),
    "axios' fetch adapter": byAxios('fetch'),
    fetch: async (path: string, { data, ...call }: Call = {}) => {
      const response = await fetch(path, {
        method: data || call.aspose?.body ? 'PUT' : 'GET',
        body: data as ReadableStream,
        ...call,
      });
      return response.text();
    },
  };
  return { site, aspose, fetch, callers };
}

/** What a call fails with, or a cause of it, and how long that took. */
async function failureOf(call: Promise<unknown>) {
  const before = performance.now();
  const error = (await rejectionOf(call)) as Error;
  const tookMs = performance.now() - before;
  const failure =
    error instanceof IdleTimeoutError ? error : (error.cause as Error);
  return { error, failure, tookMs };
}

type Callers = Awaited<ReturnType<typeof start>>['callers'];

const CALLERS = ['AsposeHttpService', "axios' fetch adapter", 'fetch'] as const;

describe.each(CALLERS)('A call through %s', (name) => {
  it.each<[string, string, () => Call]>([
    ['is not answered', '/silent', () => ({})],
    ['is not answered to a small upload', '/silent', () => ({ data: 'rows' })],
    ['is not answered after a redirect', '/moved', () => ({})],
    [
      'is not read by the API',
      '/deaf',
      () => ({ data: Buffer.alloc(16 << 20) }),
    ],
    ['stops in the midst of its answer', '/half', () => ({})],
    [
      'waits for a stream of the app that stops',
      '/whole',
      () => ({ aspose: { body: () => new PassThrough() } }),
    ],
    ['has no token', '/silent', () => ({ aspose: { attach: false } })],
  ])('that %s is given up', async (_, path, call) => {
    const { site, callers } = await start();

    const { failure, tookMs } = await failureOf(callers[name](path, call()));

    expect(failure).toMatchObject({
      name: 'TimeoutError',
      code: AsposeAuthErrorCode.IDLE_TIMEOUT,
      idleTimeoutMs: IDLE_MS,
      message: expect.stringMatching(
        new RegExp(
          `^(GET|PUT) ${site.url}${path} .* for ${IDLE_MS} ms.*idleTimeoutMs`,
        ),
      ) as string,
    });
    expect(tookMs).toBeGreaterThan(IDLE_MS * 0.9);
    expect(tookMs).toBeLessThan(LIMIT_MS);
  });

  it('that moves takes as long as it takes', async () => {
    const { callers } = await start();
    const body = () =>
      Readable.from(
        (async function* () {
          for (let rows = 0; rows < 15; rows += 1) {
            yield 'row';
            await setTimeout(IDLE_MS / 5);
          }
        })(),
      );

    expect(await callers[name]('/whole', { aspose: { body } })).toContain('OK');
    expect(await callers[name]('/drips')).toBe('drop '.repeat(15));
  });

  it('whose API reads slowly takes as long as it takes', async () => {
    const idleTimeoutMs = 4 * IDLE_MS;
    const { callers } = await start({ idleTimeoutMs });
    const before = performance.now();

    const answer = await callers[name]('/slow', {
      data: Buffer.alloc(48 << 20),
    });

    expect(answer).toContain('OK');
    expect(performance.now() - before).toBeGreaterThan(2 * idleTimeoutMs);
  });

  it('has the whole time for each attempt', async () => {
    const { callers, site } = await start({
      accessToken: undefined,
      credentials: { clientId: randomUUID(), clientSecret: 'a'.repeat(32) },
      tokenEndpoint: '/connect/token',
      warmUp: 'off',
    });

    const outcome = await callers[name]('/unauthorized').catch(
      (error: unknown) => error,
    );

    expect(outcome).not.toBeInstanceOf(IdleTimeoutError);
    expect(
      site.requests.filter(({ url }) => url === '/unauthorized'),
    ).toHaveLength(2);
  });

  it('leaves no timer and no listener', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const { callers } = await start({ axios: { httpAgent: agent } });
    const timers = watchedTimers();
    const { signal } = new AbortController();
    await callers[name]('/whole', { signal });
    const listeners = listenersOf(agent);

    for (let calls = 0; calls < 20; calls += 1)
      await callers[name]('/whole', { data: 'rows', signal });

    expect(timers.started()).toBeGreaterThan(20);
    expect(timers.running()).toBe(0);
    expect(listenersOf(agent)).toStrictEqual(listeners);
  });

  it('has no limit where that is 0', async () => {
    const { callers } = await start({ idleTimeoutMs: 0 });
    const timers = watchedTimers();

    await callers[name]('/whole');

    expect(timers.started()).toBe(0);
  });

  it("is ended by its caller's signal as before", async () => {
    const { callers } = await start({ idleTimeoutMs: 60_000 });

    const { error } = await failureOf(
      callers[name]('/silent', { signal: AbortSignal.timeout(50) }),
    );

    expect(error).not.toBeInstanceOf(IdleTimeoutError);
  });
});

describe('What an idle call fails with', () => {
  it.each<[string, string, (callers: Callers) => Promise<unknown>]>([
    ...CALLERS.map(
      (name): [string, string, (callers: Callers) => Promise<unknown>] => [
        name,
        '/silent',
        (callers) => callers[name]('/silent'),
      ],
    ),
    ['the body of fetch', '/half', ({ fetch }) => fetch('/half')],
  ])('is answered with 504: %s', async (_, path, call) => {
    const { callers } = await start();

    const error = await rejectionOf(call(callers));

    expect(asposeErrorResponse(error)).toMatchObject({
      status: 504,
      body: { message: 'Aspose Cloud did not answer in time.' },
    });
    expect(asposeCallFailure(error)).toMatchObject({
      kind: 'timed-out',
      call: expect.stringMatching(`^GET .*${path}$`) as string,
    });
  });

  it('is answered with 504: a streamed answer of axios', async () => {
    const { aspose } = await start();
    const { data } = await aspose.axiosRef.get<Readable>('/half', {
      responseType: 'stream',
    });

    expect(asposeErrorResponse(await rejectionOf(text(data)))?.status).toBe(
      504,
    );
  });
});

describe('A call of axios', () => {
  it('whose failed answer is streamed and falls silent breaks it off', async () => {
    const { aspose } = await start();
    const error = await rejectionOf(
      aspose.axiosRef.get('/half-failed', { responseType: 'stream' }),
    );
    const { response } = error as { response: { data: Readable } };

    const { failure, tookMs } = await failureOf(text(response.data));

    expect(failure).toBeInstanceOf(IdleTimeoutError);
    expect(tookMs).toBeLessThan(LIMIT_MS);
  });

  it('through a tunnel of axios goes on while its answer arrives, and is ended when nothing does', async () => {
    const certificate = selfSignedCertificate();
    const tunnel = await startTunnel();
    const httpsAgent = new HttpsAgent({ ca: certificate.cert });
    const { callers } = await start(
      {
        idleTimeoutMs: 4 * IDLE_MS,
        axios: { httpsAgent, proxy: tunnel.proxy },
      },
      certificate,
      // The tunnel's TLS asks for the server by name, which Node 26 refuses an address.
      'localhost',
    );

    expect(await callers.AsposeHttpService('/drips-on')).toHaveLength(150);
    const { failure } = await failureOf(callers.AsposeHttpService('/silent'));

    expect(failure).toBeInstanceOf(IdleTimeoutError);
    await vi.waitFor(() => expect(tunnel.connections.size).toBe(0));
  });

  it('goes by an agent with private members', async () => {
    class AppsAgent extends Agent {
      readonly #port = 80;
      get defaultPort() {
        return this.#port;
      }
      set defaultPort(_: number) {}
    }
    const httpAgent = new AppsAgent();
    const { callers } = await start({ axios: { httpAgent } });

    expect(await callers.AsposeHttpService('/whole')).toBe('OK');
  });

  it.each(['GET', 'PUT'])(
    'by an adapter of the app has its own time: %s',
    async (method) => {
      const { aspose } = await start();

      const { data } = await aspose.axiosRef.request<string>({
        method,
        url: '/whole',
        adapter: async (config) => {
          await setTimeout(3 * IDLE_MS);
          const status = { status: 200, statusText: 'OK' };
          return { data: 'by the app', ...status, headers: {}, config };
        },
      });

      expect(data).toBe('by the app');
    },
  );

  it('over TLS, whose API reads slowly, takes as long as it takes', async () => {
    const certificate = selfSignedCertificate();
    const httpsAgent = new HttpsAgent({ ca: certificate.cert });
    // What is encrypted moves in steps of more than 1 MB.
    const idleTimeoutMs = 12 * IDLE_MS;
    const { callers } = await start(
      { idleTimeoutMs, axios: { httpsAgent } },
      certificate,
    );
    const before = performance.now();

    const answer = await callers.AsposeHttpService('/slow', {
      data: Buffer.alloc(20 << 20),
    });

    expect(answer).toContain('OK');
    expect(performance.now() - before).toBeGreaterThan(idleTimeoutMs);
  });

  it('that is given up passes for an error of axios, and shows no token', async () => {
    const { callers } = await start();

    const { error } = await failureOf(callers.AsposeHttpService('/silent'));

    expect(error).toMatchObject({ isAxiosError: true });
    expect(error).toHaveProperty('config.url', '/silent');
    expect(error).toHaveProperty('config.adapter', 'http');
    expect(inspect(error)).not.toContain('config');
    expect(JSON.stringify(error)).not.toContain('the-canary');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(
      'the-canary',
    );
  });

  it('is ended by its own timeout as before', async () => {
    const { aspose } = await start({ idleTimeoutMs: 60_000 });

    expect(
      await rejectionOf(aspose.axiosRef.get('/silent', { timeout: 50 })),
    ).toMatchObject({ code: 'ECONNABORTED' });
  });

  it('that waits for a connection of the app is not idle', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const { callers } = await start({ axios: { httpAgent: agent } });

    const calls = [callers.AsposeHttpService('/drips')].concat(
      callers.AsposeHttpService('/whole'),
    );

    await expect(Promise.all(calls)).resolves.toHaveLength(2);
  });

  it.each(['http', 'fetch'])(
    'whose streamed answer falls silent breaks it off: adapter %s',
    async (adapter) => {
      const { aspose } = await start();
      const { data } = await aspose.axiosRef.get<Readable>('/half', {
        adapter,
        responseType: 'stream',
      });

      const { failure, tookMs } = await failureOf(text(data));

      expect(failure).toBeInstanceOf(IdleTimeoutError);
      expect(tookMs).toBeLessThan(LIMIT_MS);
    },
  );

  it.each(['http', 'fetch'])(
    'whose answer waits for its reader goes on: adapter %s',
    async (adapter) => {
      const { aspose } = await start();
      const { data } = await aspose.axiosRef.get<AsyncIterable<Uint8Array>>(
        '/large',
        { adapter, responseType: 'stream' },
      );

      expect(await slowlyRead(data)).toBe(8 << 20);
    },
  );
});

describe('A call of fetch', () => {
  it('whose answer waits for its reader goes on', async () => {
    const { fetch } = await start();
    const { body } = await fetch('/large');

    expect(await slowlyRead(body as AsyncIterable<Uint8Array>)).toBe(8 << 20);
  });
});

describe('A call to a host that does not shake hands', () => {
  it.each(CALLERS)('is given up: %s', async (name) => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { callers } = await start({ baseUrl: `https://127.0.0.1:${port}` });

    const { failure, tookMs } = await failureOf(callers[name]('/whole'));

    expect(failure).toBeInstanceOf(IdleTimeoutError);
    expect(tookMs).toBeLessThan(LIMIT_MS);
  });
});

describe('The option idleTimeoutMs', () => {
  it.each([-1, Number.NaN, '5s', 2 ** 31])('cannot be %s', async (value) => {
    expect(
      await rejectionOf(start({ idleTimeoutMs: value as number })),
    ).toMatchObject({
      problems: [expect.stringMatching(/^idleTimeoutMs must be a number/)],
    });
  });
});

/** A proxy that makes tunnels, and those that are open. */
async function startTunnel() {
  const connections = new Set<Socket>();
  const server = createHttpServer().listen(0, '127.0.0.1');
  server.on('connect', (request, socket: Socket) => {
    connections.add(socket);
    const { port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => {
      connections.delete(socket);
      onward.destroy();
    });
  });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    connections,
    proxy: { protocol: 'http', host: '127.0.0.1', port },
  };
}

/** Reads with pauses that are longer than a call may be idle. */
async function slowlyRead(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  let pauses = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    pauses += 1;
    if (pauses <= 2) await setTimeout(2 * IDLE_MS);
  }
  return bytes;
}

function listenersOf({ freeSockets }: Agent): object[] {
  return Object.values(freeSockets)
    .flatMap((sockets) => sockets ?? [])
    .map((socket) =>
      socket.eventNames().map((event) => [event, socket.listenerCount(event)]),
    );
}

/** The watches that are started, and those that run. */
function watchedTimers() {
  const running = new Set<unknown>();
  let started = 0;
  const { setInterval, clearInterval } = globalThis;
  vi.stubGlobal('setInterval', (call: () => void, ms: number) => {
    const timer = setInterval(call, ms);
    if (ms === IDLE_MS / 8) {
      started += 1;
      running.add(timer);
    }
    return timer;
  });
  vi.stubGlobal('clearInterval', (timer: NodeJS.Timeout) => {
    running.delete(timer);
    clearInterval(timer);
  });
  return { started: () => started, running: () => running.size };
}
