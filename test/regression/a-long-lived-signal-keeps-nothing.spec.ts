import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { AsposeHttpService, createAsposeFetch } from '../../lib/index.js';
import { HeldTokens } from '../support/held-tokens.js';
import { startSite } from '../support/loopback-site.js';

// On Node 20 `AbortSignal.any` leaves an entry on each signal, which is never taken off: an app that passes one signal
// to all of its calls, to end them when it closes, grew by every streamed upload.
const UPLOADS = 20;

async function start() {
  const { url } = await startSite(async (request, response) =>
    response.end(await text(request)),
  );
  const tokens = new HeldTokens('first', [url]);
  tokens.go();
  const fetch = createAsposeFetch(tokens, { baseUrl: url });
  const { axiosRef } = new AsposeHttpService(tokens, {
    baseUrl: url,
    allowedOrigins: [url],
    axios: {},
  });
  return { fetch, axiosRef };
}

type Started = Awaited<ReturnType<typeof start>>;
type Call = (started: Started, signal: AbortSignal) => Promise<unknown>;

const rows = () => Readable.from(['a workbook']);

const CALLS: Record<string, Call> = {
  'fetch, a text': async ({ fetch }, signal) =>
    (await fetch('/', { method: 'PUT', body: 'a workbook', signal })).text(),
  'fetch, a Node stream': async ({ fetch }, signal) =>
    (
      await fetch('/', {
        method: 'PUT',
        body: rows() as unknown as ReadableStream,
        signal,
      })
    ).text(),
  'fetch, a web stream': async ({ fetch }, signal) =>
    (
      await fetch('/', {
        method: 'PUT',
        body: new Blob(['a workbook']).stream(),
        signal,
      })
    ).text(),
  'fetch, aspose.body': async ({ fetch }, signal) =>
    (
      await fetch('/', { method: 'PUT', aspose: { body: rows }, signal })
    ).text(),
  'axios, a text': ({ axiosRef }, signal) =>
    axiosRef.put('/', 'a workbook', { signal }),
  'axios, a stream': ({ axiosRef }, signal) =>
    axiosRef.put('/', rows(), { signal }),
  'axios, aspose.body': ({ axiosRef }, signal) =>
    axiosRef.put('/', undefined, { aspose: { body: rows }, signal }),
  'axios, streamed both ways': async ({ axiosRef }, signal) => {
    const { data } = await axiosRef.put<Readable>('/', rows(), {
      signal,
      responseType: 'stream',
    });
    return text(data);
  },
  "axios' fetch adapter, a stream": ({ axiosRef }, signal) =>
    axiosRef.put('/', rows(), { signal, adapter: 'fetch' }),
};

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  it('leaves nothing on the signal of its caller', async () => {
    const started = await start();
    const { signal } = new AbortController();

    for (let count = 0; count < UPLOADS; count += 1)
      await call(started, signal);
    await collectGarbage();

    expect(getEventListeners(signal, 'abort')).toStrictEqual([]);
    expect(dependentsOf(signal)).toBe(0);
  });
});

/** The signals that `AbortSignal.any` made of one. */
function dependentsOf(signal: AbortSignal): number {
  const name = Object.getOwnPropertySymbols(signal).find((symbol) =>
    String(symbol).includes('kDependantSignals'),
  );
  const dependents: unknown = name && Reflect.get(signal, name);
  return dependents instanceof Set ? dependents.size : 0;
}

/** The platform's fetch takes its own listeners off when its requests are collected. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let count = 0; count < 3; count += 1) {
    await setTimeout(5);
    collect();
  }
  await setTimeout(5);
}
