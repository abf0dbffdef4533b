import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

import type {
  ConversionOrder,
  ConversionOutcome,
} from './conversion.process.js';

const PROGRAM = join(__dirname, 'conversion.process.js');

/**
 * Converts workbooks one after another, in a process of its own: a conversion blocks the process that it runs in.
 *
 * The first conversion starts that process. It keeps this one not alive, and ends with it.
 */
export class WorkbookConverter {
  readonly #waiting = new Map<number, (outcome: ConversionOutcome) => void>();
  readonly #program: string;
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(program = PROGRAM) {
    this.#program = program;
  }

  /** Rejects with what the engine says, or when the process ends before it is done. */
  convert(order: Omit<ConversionOrder, 'id'>): Promise<Uint8Array> {
    const child = (this.#child ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (outcome) => {
        if ('converted' in outcome) resolve(outcome.converted);
        else reject(new Error(outcome.problem));
      });
      // What cannot be sent is settled by the end of the process.
      child.send({ ...order, id }, () => undefined);
    });
  }

  #start(): ChildProcess {
    const child = fork(this.#program, {
      serialization: 'advanced',
      execArgv: [],
    });
    child.on('message', (outcome: ConversionOutcome) => this.#settle(outcome));
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      const problem = `The process that converts has stopped (${signal ?? code}).`;
      for (const id of this.#waiting.keys()) this.#settle({ id, problem });
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #settle(outcome: ConversionOutcome): void {
    this.#waiting.get(outcome.id)?.(outcome);
    this.#waiting.delete(outcome.id);
  }
}
