/** Whether a process that a test plays runs, stands still or is dead. What reaches it goes through here. */
export class ProcessLife {
  #state: 'running' | 'stopped' | 'killed' = 'running';
  #arrived: (() => void)[] = [];
  #due: (() => void)[] = [];
  readonly #steps = new Map<string, () => void>();

  /** Whether it was killed. */
  get isKilled(): boolean {
    return this.#state === 'killed';
  }

  /** Whether it stands still. */
  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Ends it, as `kill -9` does: nothing reaches it any more. */
  kill(): void {
    this.#state = 'killed';
    this.#arrived = [];
    this.#due = [];
  }

  /** Has it stand still, as `kill -STOP` or a long computation does. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped';
  }

  /** Has it go on: it reads what has arrived meanwhile, before its timers come to an end, as fair ones do. */
  async goOn(): Promise<void> {
    if (this.#state !== 'stopped') return;
    this.#state = 'running';
    for (const run of this.#arrived.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
    for (const run of this.#due.splice(0)) this.tick(run);
  }

  /** Does something once, as soon as the process comes to a step, such as `before write token` or `after send`. */
  once(step: string, run: () => void): void {
    this.#steps.set(step, run);
  }

  /** The process comes to a step. Work of a dead process gets no further. */
  async step(step: string): Promise<void> {
    const run = this.#steps.get(step);
    this.#steps.delete(step);
    run?.();
    await this.arrival(Promise.resolve());
  }

  /** Makes the call of a timer. */
  tick(call: () => void): void {
    if (this.#state === 'running') call();
    else if (this.#state === 'stopped') this.#due.push(call);
  }

  /** Lets the process have an answer. */
  arrival<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const arrive = (run: () => void) => {
        if (this.#state === 'running') run();
        else if (this.#state === 'stopped') this.#arrived.push(run);
      };
      answer.then(
        (value) => arrive(() => resolve(value)),
        (error: Error) => arrive(() => reject(error)),
      );
    });
  }
}
