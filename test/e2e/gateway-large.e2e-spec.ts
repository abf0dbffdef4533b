import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { callOf, startGateway } from '../support/gateway-app.js';
import { largeWorkbook } from '../support/large-workbook.js';
import { MemoryGrowth } from '../support/memory-growth.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';

const MIB = 1024 * 1024;
const TOTAL_MIB = scaled(64, 1024);
const LIMIT_MIB = 32;

async function start(platform: (typeof platforms)[number]) {
  const { cloud, url } = await startGateway(platform, {
    maxBodyBytes: TOTAL_MIB * MIB,
  });
  cloud.route('PUT', '/v4.0/warm', (request, response) => {
    request.resume().once('end', () => response.end());
  });
  const warm = callOf(`${url}/v4.0/warm`);
  warm.call.end('x'.repeat(MIB));
  (await warm.answer).resume();
  return { cloud, url, memory: await MemoryGrowth.start() };
}

describe.each(platforms)(
  `${TOTAL_MIB} MiB through a gateway on $platform take less than ${LIMIT_MIB} MiB`,
  { timeout: 120_000 },
  (platform) => {
    it.each([
      ['with a length', { 'content-length': String(TOTAL_MIB * MIB) }],
      ['in chunks', {}],
    ])('%s, to a server that is slow', async (_, headers) => {
      const { cloud, url, memory } = await start(platform);
      let bytes = 0;
      cloud.route('PUT', '/v4.0/cells', async (request, response) => {
        for await (const chunk of request) {
          bytes += (chunk as Buffer).length;
          await setImmediate();
        }
        response.end();
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, { headers });
      await pipeline(largeWorkbook(TOTAL_MIB, memory), call);

      expect((await answer).resume().statusCode).toBe(200);
      expect(bytes).toBe(TOTAL_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
    });

    it('in answer, to a caller that is slow', async () => {
      const { cloud, url, memory } = await start(platform);
      cloud.route('GET', '/v4.0/cells', async (_, response) =>
        pipeline(largeWorkbook(TOTAL_MIB, memory), response),
      );

      const { call, answer } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();
      let bytes = 0;
      for await (const chunk of await answer) {
        bytes += (chunk as Buffer).length;
        await setImmediate();
      }

      expect(bytes).toBe(TOTAL_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
    });

    it('in answer, while the caller reads nothing', async () => {
      const { cloud, url, memory } = await start(platform);
      let sent = 0;
      cloud.route('GET', '/v4.0/cells', (_, response) => {
        const send = () => {
          do sent += MIB / 16;
          while (
            sent < TOTAL_MIB * MIB &&
            response.write(Buffer.alloc(MIB / 16))
          );
        };
        response.on('drain', send);
        send();
        return new Promise(() => {});
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();
      await once(await answer, 'readable');
      let before = 0;
      while (sent !== before) {
        before = sent;
        await memory.note();
      }

      expect(sent).toBeLessThan(LIMIT_MIB * MIB);
      expect(memory.bytes).toBeLessThan(LIMIT_MIB * MIB);
      call.destroy();
    });
  },
);
