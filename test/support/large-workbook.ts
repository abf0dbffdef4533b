import { Readable } from 'node:stream';

import type { MemoryGrowth } from './memory-growth.js';

const MIB = 1024 * 1024;

/** So many MiB in chunks, each of them new memory. On the way, the memory in use is noted. */
export function largeWorkbook(
  totalMib: number,
  memory: MemoryGrowth,
): Readable {
  return Readable.from(
    (async function* () {
      for (let mib = 0; mib < totalMib; mib += 1) {
        for (let part = 0; part < 16; part += 1)
          yield Buffer.alloc(MIB / 16, mib);
        if (mib % 16 === 15) await memory.note();
      }
    })(),
    { objectMode: false },
  );
}
