import { createRequire } from 'node:module';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import {
  AsposeHttpService,
  attachAsposeToken,
  createAsposeFetch,
  type TokenSource,
} from '../../lib/index.js';
import { FOREIGN_STREAMS } from '../support/foreign-streams.js';
import { HeldTokens } from '../support/held-tokens.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';

// form-data, archiver, through2, tar-stream: none of their streams is an instance of Node's class, which fetch wants.
const axios = createRequire(__filename)('axios') as typeof import('axios');

interface Upload {
  readonly data?: Readable;
  readonly body?: () => Readable;
  readonly attach?: boolean;
  readonly signal?: AbortSignal;
}

type Uploader = (url: string, upload: Upload) => Promise<number>;

const axiosUploader =
  (instance: ReturnType<typeof axios.create>): Uploader =>
  async (url, { data, signal, ...aspose }) => {
    const { status } = await instance.put(url, data, {
      aspose,
      validateStatus: () => true,
      ...(signal && { signal }),
    });
    return status;
  };

const CLIENTS: Record<
  string,
  (tokens: TokenSource, origin: string) => Uploader
> = {
  AsposeHttpService: (tokens, origin) =>
    axiosUploader(
      new AsposeHttpService(tokens, {
        baseUrl: origin,
        allowedOrigins: [origin],
        axios: {},
      }).axiosRef as ReturnType<typeof axios.create>,
    ),
  'an attached axios': (tokens, origin) => {
    const instance = axios.create();
    attachAsposeToken(instance, tokens, { allowedOrigins: [origin] });
    return axiosUploader(instance);
  },
  AsposeFetch: (tokens, origin) => {
    const fetch = createAsposeFetch(tokens, { allowedOrigins: [origin] });
    return async (url, { data, signal, ...aspose }) => {
      const { status } = await fetch(url, {
        method: 'PUT',
        aspose,
        ...(data && { body: data as unknown as ReadableStream }),
        ...(signal && { signal }),
      });
      return status;
    };
  },
};

/** A server that writes down what arrives, and answers 401 to the first tokens. */
async function startApi() {
  const arrived: { body: Buffer; type?: string; authorization?: string }[] = [];
  const refused = new Set<string | undefined>();
  const site = await startSite(async (request, response) => {
    const { authorization, 'content-type': type } = request.headers;
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    arrived.push({
      body,
      ...(type === undefined ? {} : { type }),
      ...(authorization === undefined ? {} : { authorization }),
    });
    if (request.url === '/moved')
      response.writeHead(307, { location: '/elsewhere' }).end();
    else response.writeHead(refused.has(authorization) ? 401 : 200).end();
  });
  return { url: site.url, arrived, refused };
}

/** Time for what was handed over to do what it does by itself. */
async function turns() {
  for (let count = 0; count < 5; count += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

/** What a stream holds, whatever boundary it has, and the boundary. */
async function wholeOf(stream: Readable): Promise<string> {
  return unbound(await buffer(stream.pipe(new PassThrough())));
}

function unbound(body: Buffer): string {
  const text = body.toString('latin1');
  const boundary = /^(--+[^\r]+)\r\n/.exec(text)?.[1];
  return boundary === undefined ? text : text.replaceAll(boundary, '--B');
}

function expectFormType({ body, type }: { body: Buffer; type?: string }) {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(type ?? '');
  expect(body.toString('latin1').startsWith(`--${boundary?.[1]}\r\n`)).toBe(
    true,
  );
}

const CASES = Object.entries(CLIENTS).flatMap(([client, make]) =>
  Object.entries(FOREIGN_STREAMS).map(
    ([kind, stream]) => [client, kind, make, stream] as const,
  ),
);

describe.each(CASES)('Through %s, a stream of %s', (_, kind, make, stream) => {
  const expectWhole = async (
    sent: { body: Buffer; type?: string } | undefined,
  ) => {
    expect(unbound(sent?.body ?? Buffer.of())).toBe(await wholeOf(stream()));
    if (kind === 'form-data') expectFormType(sent as { body: Buffer });
  };

  it('arrives in whole while a token is there', async () => {
    const { url, arrived } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();

    expect(await make(tokens, url)(`${url}/file`, { data: stream() })).toBe(
      200,
    );

    await expectWhole(arrived[0]);
    expect(arrived[0]?.authorization).toBe('Bearer first');
  });

  it('arrives in whole when it waited for its token', async () => {
    const { url, arrived } = await startApi();
    const tokens = new HeldTokens();
    const calling = make(tokens, url)(`${url}/file`, { data: stream() });
    await turns();

    tokens.go();

    expect(await calling).toBe(200);
    await expectWhole(arrived[0]);
  });

  it('arrives in whole without a token', async () => {
    const { url, arrived } = await startApi();
    const upload = { data: stream(), attach: false };

    expect(await make(new HeldTokens(), url)(`${url}/file`, upload)).toBe(200);

    await expectWhole(arrived[0]);
    expect(arrived[0]?.authorization).toBeUndefined();
  });

  it.each([true, false])(
    'of aspose.body arrives in whole; with a token: %s',
    async (attach) => {
      const { url, arrived } = await startApi();
      const tokens = new HeldTokens('first');
      tokens.go();

      await make(tokens, url)(`${url}/file`, { body: () => stream(), attach });

      await expectWhole(arrived[0]);
    },
  );

  it('of aspose.body is made and sent again after a 401', async () => {
    const { url, arrived, refused } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();
    refused.add('Bearer first');

    expect(
      await make(tokens, url)(`${url}/file`, { body: () => stream() }),
    ).toBe(200);

    expect(arrived).toHaveLength(2);
    for (const sent of arrived) await expectWhole(sent);
  });

  it('is sent once, and its 401 passed on', async () => {
    const { url, arrived, refused } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();
    refused.add('Bearer first');

    expect(await make(tokens, url)(`${url}/file`, { data: stream() })).toBe(
      401,
    );

    expect(arrived).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    const { url, arrived } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();

    const outcome = await make(tokens, url)(`${url}/moved`, {
      data: stream(),
    }).catch((error: unknown) => error);

    expect(outcome === 307 || outcome instanceof TypeError).toBe(true);
    expect(arrived).toHaveLength(1);
  });

  it('that fails on its way fails the call, with its own error', async () => {
    const { url, arrived } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();
    const failure = new Error('the disk is gone');

    const error = (await rejectionOf(
      make(tokens, url)(`${url}/file`, { data: stream(failure) }),
    )) as Error;

    expect([
      error.message,
      (error.cause as Error | undefined)?.message,
    ]).toContain('the disk is gone');
    expect(arrived).toStrictEqual([]);
  });

  it('of aspose.body that fails on its way fails the call, with its own error', async () => {
    const { url, arrived } = await startApi();
    const tokens = new HeldTokens('first');
    tokens.go();
    const failure = new Error('the disk is gone');

    const error = (await rejectionOf(
      make(tokens, url)(`${url}/file`, { body: () => stream(failure) }),
    )) as Error;

    expect([
      error.message,
      (error.cause as Error | undefined)?.message,
    ]).toContain('the disk is gone');
    expect(arrived).toStrictEqual([]);
  });

  it('is not waited for when its caller gives up', async () => {
    const tokens = new HeldTokens('first');
    tokens.go();
    const giveUp = new AbortController();
    const site = await startSite(() => giveUp.abort());

    const error = await rejectionOf(
      make(tokens, site.url)(`${site.url}/never`, {
        data: stream(),
        signal: giveUp.signal,
      }),
    );

    expect((error as Error).name).toMatch(/^(?:AbortError|CanceledError)$/);
  });

  it('can be sent with the next call when there was no token', async () => {
    const source = stream();
    // What is piped cannot be put back.
    if (!('unpipe' in source)) return;
    const { url, arrived } = await startApi();
    const without = new HeldTokens();
    const calling = rejectionOf(
      make(without, url)(`${url}/file`, { data: source }),
    );
    await turns();
    without.go(new Error('no token'));
    await calling;
    const tokens = new HeldTokens('first');
    tokens.go();

    await make(tokens, url)(`${url}/file`, { data: source });

    await expectWhole(arrived[0]);
  });
});
