import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { createAsposeFetch } from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { largeWorkbook } from '../support/large-workbook.js';
import { MemoryGrowth } from '../support/memory-growth.js';
import { scaled } from '../support/scale.js';

const MIB = 1024 * 1024;
const TOTAL_MIB = scaled(100, 200);
const LIMIT_MIB = 32;

/** Serves `PUT /large`, which counts what it receives, and `GET /large`, which sends as much. */
function serveLarge(cloud: AsposeCloudEmulator, memory: MemoryGrowth) {
  const received = { bytes: 0 };
  cloud.route('PUT', '/large', async (request, response) => {
    // Who does not wait for a slow server keeps all of it in memory.
    await setTimeout(250);
    for await (const chunk of request)
      received.bytes += (chunk as Buffer).length;
    response.end();
  });
  cloud.route('GET', '/large', async (_, response) =>
    pipeline(largeWorkbook(TOTAL_MIB, memory), response),
  );
  return received;
}

async function start() {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp().overCloud(cloud).start();
  const fetch = createAsposeFetch(tokens);
  // The first call of each brings the code into memory.
  await firstValueFrom(aspose.put('/v4.0/cells', 'x')).catch(() => {});
  await (await fetch(`${cloud.url}/v4.0/cells`)).text();
  const memory = await MemoryGrowth.start();
  return {
    put: (data: unknown, config: object = {}) =>
      firstValueFrom(aspose.put('/large', data, config)),
    get: () =>
      firstValueFrom(
        aspose.get<Readable>('/large', { responseType: 'stream' }),
      ),
    fetch: (init: Parameters<typeof fetch>[1]) =>
      fetch(`${cloud.url}/large`, init),
    memory,
    received: serveLarge(cloud, memory),
  };
}

describe(`${TOTAL_MIB} MiB`, { timeout: 60_000 }, () => {
  it.each(['data', 'aspose.body'])(
    `through AsposeHttpService, as a stream in %s, take less than ${LIMIT_MIB} MiB`,
    async (way) => {
      const { put, memory, received } = await start();

      const { status } = await (way === 'data'
        ? put(largeWorkbook(TOTAL_MIB, memory))
        : put(undefined, {
            aspose: { body: () => largeWorkbook(TOTAL_MIB, memory) },
          }));

      expect(status).toBe(200);
      expect(received.bytes).toBe(TOTAL_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
    },
  );

  it.each(['body', 'aspose.body'])(
    `through fetch, as a stream in %s, take less than ${LIMIT_MIB} MiB`,
    async (way) => {
      const { fetch, memory, received } = await start();

      const { status } = await fetch({
        method: 'PUT',
        ...(way === 'body'
          ? {
              body: ReadableStream.from(largeWorkbook(TOTAL_MIB, memory)),
              duplex: 'half',
            }
          : { aspose: { body: () => largeWorkbook(TOTAL_MIB, memory) } }),
      });

      expect(status).toBe(200);
      expect(received.bytes).toBe(TOTAL_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
    },
  );

  it.each(['AsposeHttpService', 'fetch'])(
    `in answer through %s take less than ${LIMIT_MIB} MiB`,
    async (client) => {
      const { get, fetch, memory } = await start();

      const body: AsyncIterable<Uint8Array> =
        client === 'fetch'
          ? ((await fetch({})).body ?? Readable.from([]))
          : (await get()).data;
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;

      expect(bytes).toBe(TOTAL_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
    },
  );

  it('are kept in memory by a caller who asks for redirects', async () => {
    const { put, memory, received } = await start();

    await put(largeWorkbook(TOTAL_MIB, memory), { maxRedirects: 1 });

    expect(received.bytes).toBe(TOTAL_MIB * MIB);
    expect(memory.bytes).toBeGreaterThan(0.5 * TOTAL_MIB * MIB);
  });
});
