import { TokenRequestError } from '../errors/errors.js';
import { abortable, sleep } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import type { ScheduledCall, TokenClock } from '../token/token-clock.js';
import type { WhoseEvents } from '../token/token-event.js';
import type { TokenDemand } from '../token/token-layer.js';
import { type AsposeTokenWait, publishWait } from '../token/wait-channel.js';
import type { Unauthorized } from './unauthorized-policy.js';

/** Brings a token to many callers, none of whom owns it. */
export class Flight implements TokenDemand {
  /** Whether a caller waits who has no usable token. */
  isUrgent = false;
  /** The longest validity that those who wait for it ask for, in milliseconds. */
  minValidityMs = 0;
  readonly waits: AsposeTokenWait[] = [];
  /** What it is to replace, if an API answered 401. */
  unauthorized: Unauthorized | undefined;
  /** Settles with the work. Never causes an unhandled rejection. */
  readonly landed: Promise<AccessToken>;
  /** When it took off, on the monotonic clock. */
  readonly startedAtMs: number;

  readonly #controller = new AbortController();
  /** Aborts when the flight passes its deadline or is cancelled. */
  readonly signal: AbortSignal = this.#controller.signal;

  readonly #clock: TokenClock;
  readonly #whose: WhoseEvents;
  readonly #limitMs: number;
  readonly #deadline: ScheduledCall;
  #land!: (work: Promise<AccessToken>) => void;
  #waiting = 0;

  /**
   * @param whose - whose token it brings.
   * @param limitMs - how long it may take, all attempts included, in milliseconds.
   */
  constructor(
    clock: TokenClock,
    whose: WhoseEvents,
    limitMs: number,
    unauthorized?: Unauthorized,
  ) {
    this.#clock = clock;
    this.#whose = whose;
    this.#limitMs = limitMs;
    this.unauthorized = unauthorized;
    this.startedAtMs = clock.monotonicNow();
    this.#deadline = clock.schedule(limitMs, () =>
      this.abort(TokenRequestError.timeout('gave no token', limitMs)),
    );
    this.landed = new Promise<AccessToken>((resolve, reject) => {
      // Cancelled work gets one turn of the event loop to settle with a better error. Then the abort reason wins.
      this.signal.addEventListener('abort', () => {
        setImmediate(() => reject(this.signal.reason));
      });
      this.#land = (work) =>
        void work.then(
          (token) => (this.signal.aborted ? undefined : resolve(token)),
          reject,
        );
    }).finally(() => this.#deadline.cancel());
    this.landed.catch(() => {});
  }

  /** Whether somebody waits for it, with or without a usable token. */
  get isAwaited(): boolean {
    return this.isUrgent || this.#waiting > 0;
  }

  /** How long it has been in the air, in milliseconds. */
  get ageMs(): number {
    return this.#clock.monotonicNow() - this.startedAtMs;
  }

  /** How much longer it may take, in milliseconds. */
  get leftMs(): number {
    return this.#limitMs - this.ageMs;
  }

  /** Starts the work. Only once others can find the flight: the work itself may ask for what it is to bring. */
  takeOff(work: (flight: Flight) => Promise<AccessToken>): void {
    this.#land(work(this));
  }

  /** Cancels the flight: everyone who waits for it gets the reason. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /**
   * Waits for the result, and keeps the process alive meanwhile.
   *
   * @param signal - detaches this caller alone, with its own reason.
   */
  join(signal: AbortSignal | undefined): Promise<AccessToken> {
    return this.#whileWaiting(abortable(this.landed, signal));
  }

  /** Waits until the flight has ended, either way, but no longer than a limit. */
  joinFor(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#whileWaiting(sleep(this.#clock, limitMs, signal, this.landed));
  }

  /** Lets some time pass within the flight, but never goes on after its deadline. */
  async pause(delayMs: number): Promise<void> {
    await sleep(this.#clock, delayMs, this.signal);
    // After a freeze, this timer may fire before that of the deadline.
    if (this.leftMs <= 0) await this.landed;
  }

  async #whileWaiting<T>(end: Promise<T>): Promise<T> {
    this.#waiting += 1;
    const wait = publishWait(this.#whose);
    if (wait !== undefined) this.waits.push(wait);
    this.#deadline.ref();
    try {
      return await end;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#deadline.unref();
    }
  }
}
