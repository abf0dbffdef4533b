import { cpus, loadavg, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

import { median } from './statistics.mjs';
import { versionOf } from './versions.mjs';

const READS = 20_000;
const ROUNDS = 21;

/** What the figures depend on, beside the code. */
export function describeMachine() {
  const processors = cpus();
  return {
    cpu: `${processors.length} × ${processors[0]?.model.trim() || 'unknown CPU'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    nest: versionOf('@nestjs/core'),
    /** What else ran on it: the queue of the minute before. */
    load: loadavg()[0].toFixed(1),
    wallClockNs: clockNs(() => Date.now()),
    monotonicClockNs: clockNs(() => performance.now()),
  };
}

function clockNs(read) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startedAt = process.hrtime.bigint();
    let last = 0;
    for (let count = 0; count < READS; count += 1)
      last = Math.max(last, read());
    return Number(process.hrtime.bigint() - startedAt) / READS;
  });
  return Math.round(median(rounds));
}
