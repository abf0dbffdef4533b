import type {
  EmulatorFault,
  FailNextOptions,
  FaultPath,
} from './emulator-faults.js';

interface QueuedFault {
  readonly fault: EmulatorFault;
  readonly path: FaultPath;
  left: number;
}

/** The faults to come, first in first out for each kind of request. */
export class FaultQueue {
  #queue: QueuedFault[] = [];

  add(
    fault: EmulatorFault,
    { times = 1, path = 'token' }: FailNextOptions,
  ): void {
    this.#queue.push({ fault, path, left: times });
  }

  /** Takes the fault for the request that has just arrived, if there is one. */
  take(path: FaultPath): EmulatorFault | undefined {
    this.#queue = this.#queue.filter(({ left }) => left > 0);
    const next = this.#queue.find((queued) => queued.path === path);
    if (next) next.left -= 1;
    return next?.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}
