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

/**
 * The faults to come, first in first out for each kind of request.
 *
 * @internal
 */
export class FaultQueue {
  #queue: QueuedFault[] = [];

  add(
    fault: EmulatorFault,
    { times = 1, path = 'token' }: FailNextOptions,
  ): void {
    this.#queue.push({ fault, path, left: times });
  }

  /** Takes the fault that the request just arrived meets, if any. */
  take(path: FaultPath): EmulatorFault | undefined {
    this.#queue = this.#queue.filter(({ left }) => left > 0);
    const next = this.#queue.find((queued) => queued.path === path);
    if (next === undefined) return undefined;
    next.left -= 1;
    return next.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}
