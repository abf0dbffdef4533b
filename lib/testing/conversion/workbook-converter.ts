import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { SystemTokenClock, type TokenClock } from '../../token/token-clock.js';
import type {
  ConversionOrder,
  ConversionOutcome,
} from './conversion.process.js';

const PROGRAM = join(__dirname, 'conversion.process.js');

/** How long a conversion may take: whoever waits for it has given up by then. */
const LIMIT_MS = 100_000;

/**
 * Converts workbooks one after another, in a process of its own: a conversion blocks the process that it runs in, and one
 * that ends it or never ends must not take others with it.
 *
 * The first conversion starts that process. It keeps this one not alive, and ends with it.
 */
export class WorkbookConverter {
  readonly #program: string;
  readonly #clock: TokenClock;
  #child: ChildProcess | undefined;
  #latest: Promise<unknown> = Promise.resolve();

  constructor(program = PROGRAM, clock: TokenClock = new SystemTokenClock()) {
    this.#program = program;
    this.#clock = clock;
  }

  /** Rejects with what the engine says, or when the process ends before it is done or takes too long. */
  convert(order: ConversionOrder): Promise<Uint8Array> {
    const converted = this.#latest.then(() => this.#run(order));
    this.#latest = converted.catch(() => undefined);
    return converted;
  }

  async #run(order: ConversionOrder): Promise<Uint8Array> {
    const child = (this.#child ??= this.#start());
    const settled = new AbortController();
    const { signal } = settled;
    let isOverdue = false;
    const limit = this.#clock.schedule(LIMIT_MS, () => {
      isOverdue = true;
      child.kill('SIGKILL');
    });
    try {
      // What cannot be sent is settled by the end of the process.
      child.send(order, () => undefined);
      const [outcome] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }).then(([code, by]) => [
          { problem: whyEnded(isOverdue, by ?? code) },
        ]),
      ])) as [ConversionOutcome];
      if ('converted' in outcome) return outcome.converted;
      throw new Error(outcome.problem);
    } finally {
      limit.cancel();
      settled.abort();
    }
  }

  #start(): ChildProcess {
    const child = fork(this.#program, {
      serialization: 'advanced',
      execArgv: [],
    });
    // Busy with a conversion, it does not hear that this process has gone.
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    const forget = () => {
      process.off('exit', end);
      this.#child = undefined;
    };
    child.once('exit', forget).on('error', forget);
    child.unref();
    child.channel?.unref();
    return child;
  }
}

function whyEnded(isOverdue: boolean, how: string | number): string {
  return isOverdue
    ? `The conversion took more than ${LIMIT_MS / 1000} s.`
    : `The process that converts has stopped (${how}).`;
}
