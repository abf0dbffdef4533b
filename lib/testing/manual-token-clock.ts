import { type ScheduledCall, TokenClock } from '../token/token-clock.js';
import { type PendingCall, PendingCalls } from './pending-calls.js';

/**
 * A clock that moves only when told to.
 *
 * @example
 * ```ts
 * const clock = new ManualTokenClock();
 * const cloud = await AsposeCloudEmulator.start({ now: () => clock.wallNow() });
 * // … point the options of AppModule at cloud.url, with cloud.clientId and cloud.clientSecret
 * const app = await Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(TokenClock)
 *   .useValue(clock)
 *   .compile();
 * await clock.advance(60 * 60_000);
 * ```
 */
export class ManualTokenClock extends TokenClock {
  readonly #pending = new PendingCalls();
  #monotonicMs: number;
  #wallMs: number;

  constructor({
    monotonicMs = 0,
    wallMs = Date.UTC(2026, 0, 1),
  }: { monotonicMs?: number; wallMs?: number } = {}) {
    super();
    this.#monotonicMs = monotonicMs;
    this.#wallMs = wallMs;
  }

  override monotonicNow(): number {
    return this.#monotonicMs;
  }

  override wallNow(): number {
    return this.#wallMs;
  }

  override schedule(delayMs: number, call: () => void): ScheduledCall {
    const pending: PendingCall = {
      dueAtMs: this.#monotonicMs + Math.max(0, delayMs),
      call,
      isRef: false,
    };
    this.#pending.add(pending);
    return {
      cancel: () => this.#pending.delete(pending),
      ref: () => void (pending.isRef = true),
      unref: () => void (pending.isRef = false),
    };
  }

  /** How many calls are scheduled, and how many of them keep the process alive. */
  get scheduled(): { readonly all: number; readonly ref: number } {
    const calls = [...this.#pending.all];
    return {
      all: calls.length,
      ref: calls.filter(({ isRef }) => isRef).length,
    };
  }

  /** Lets time pass on both clocks, making each scheduled call at its moment. */
  async advance(ms: number): Promise<void> {
    await settle();
    const endMs = this.#monotonicMs + ms;
    for (;;) {
      const next = this.#pending.takeDueBy(endMs);
      if (next === undefined) break;
      this.#pass(next.dueAtMs - this.#monotonicMs);
      next.call();
      await settle();
    }
    this.#pass(endMs - this.#monotonicMs);
    await settle();
  }

  /** Sets the wall clock forward, as after a sleep of the machine, or back. The monotonic clock stands still. */
  setWallClock(byMs: number): void {
    this.#wallMs += byMs;
  }

  #pass(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }
}

/** The real one, also where a test replaces the timers. */
const { setImmediate } = globalThis;

/** Lets everything that is ready to run, run, and what waits for one turn of the event loop as well. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
}
