import { AsyncResource } from 'node:async_hooks';

import { abortable } from '../token/abortable.js';
import { sleep } from '../token/deadline.js';
import type { ScheduledCall, TokenClock } from '../token/token-clock.js';
import type { Unauthorized } from './unauthorized-policy.js';

/** An unauthorized token that a flight is to replace. */
export interface CarriedUnauthorized extends Unauthorized {
  /** When it joined the flight, on the monotonic clock; undefined if the flight took off for it. */
  readonly joinedAtMs?: number;
}

/** Work that many callers wait for and none of them owns. */
export class Flight<T> {
  /** Whether a caller waits who has no usable token. */
  isUrgent = false;
  /** What it is to replace, if an API answered 401. */
  unauthorized: CarriedUnauthorized | undefined;
  /** Settles with the work. Never causes an unhandled rejection. */
  readonly landed: Promise<T>;
  /** When it took off, on the monotonic clock. */
  readonly startedAtMs: number;

  readonly #clock: TokenClock;
  readonly #deadlineMs: number;
  readonly #controller = new AbortController();
  readonly #deadline: ScheduledCall;
  #land!: (work: Promise<T>) => void;
  #waiting = 0;

  constructor(
    clock: TokenClock,
    deadlineMs: number,
    overdue: (deadlineMs: number) => Error,
    onLanding: () => void,
  ) {
    this.#clock = clock;
    this.startedAtMs = clock.monotonicNow();
    this.#deadlineMs = deadlineMs;
    this.#deadline = clock.schedule(deadlineMs, () =>
      this.abort(overdue(deadlineMs)),
    );
    this.landed = this.#landing().finally(() => {
      this.#deadline.cancel();
      onLanding();
    });
    this.landed.catch(() => {});
  }

  /** How long it has been in the air, in milliseconds. */
  get ageMs(): number {
    return this.#clock.monotonicNow() - this.startedAtMs;
  }

  /** How much longer it may take, in milliseconds. */
  get leftMs(): number {
    return this.#deadlineMs - this.ageMs;
  }

  /** Starts the work. Only once others can find the flight: the work itself may ask for what it is to bring. */
  takeOff(work: (flight: Flight<T>) => Promise<T>): void {
    this.#land(work(this));
  }

  /** Aborts when the flight passes its deadline or is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
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
  async join(signal: AbortSignal | undefined): Promise<T> {
    this.#enter();
    try {
      return await abortable(this.landed, signal);
    } finally {
      this.#leave();
    }
  }

  /** Waits until the flight has ended, either way, but no longer than a limit. */
  async joinFor(
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#enter();
    try {
      await sleep(this.#clock, limitMs, signal, this.landed);
    } finally {
      this.#leave();
    }
  }

  /** Lets some time pass within the flight, but never goes on after its deadline. */
  async pause(delayMs: number): Promise<void> {
    await sleep(this.#clock, delayMs, this.signal);
    // After a freeze, this timer may fire before that of the deadline.
    if (this.leftMs <= 0) await this.landed;
  }

  /** Cancelled work gets one turn of the event loop to settle with a better error. Then the abort reason wins. */
  #landing(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.signal.addEventListener('abort', () => {
        setImmediate(() => reject(this.signal.reason));
      });
      this.#land = (work) =>
        void work.then(
          (result) => (this.signal.aborted ? undefined : resolve(result)),
          reject,
        );
    });
  }

  #enter(): void {
    this.#waiting += 1;
    this.#deadline.ref();
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#deadline.unref();
  }
}

/** A flight serves many requests, so it must not run in the async context of the one that started it. */
const neutralContext = new AsyncResource('AsposeTokenFlight');

/** Lets at most one flight be in the air. */
export class SingleFlight<T> {
  readonly #clock: TokenClock;
  readonly #deadlineMs: number;
  readonly #overdue: (deadlineMs: number) => Error;
  #current: Flight<T> | undefined;

  constructor(
    clock: TokenClock,
    deadlineMs: number,
    overdue: (deadlineMs: number) => Error,
  ) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#overdue = overdue;
  }

  /** The flight in the air. */
  get current(): Flight<T> | undefined {
    return this.#current;
  }

  /**
   * Starts the work, or returns the flight that is in the air.
   *
   * @param unauthorized - a token that the flight is to replace.
   */
  launch(
    work: (flight: Flight<T>) => Promise<T>,
    unauthorized?: Unauthorized,
  ): Flight<T> {
    const flight = this.#current;
    if (flight === undefined)
      return neutralContext.runInAsyncScope(() =>
        this.#takeOff(work, unauthorized),
      );
    if (unauthorized !== undefined)
      flight.unauthorized = {
        ...unauthorized,
        joinedAtMs: this.#clock.monotonicNow(),
      };
    return flight;
  }

  #takeOff(
    work: (flight: Flight<T>) => Promise<T>,
    unauthorized: Unauthorized | undefined,
  ): Flight<T> {
    const flight = new Flight<T>(
      this.#clock,
      this.#deadlineMs,
      this.#overdue,
      () => {
        this.#current = undefined;
      },
    );
    flight.unauthorized = unauthorized;
    this.#current = flight;
    flight.takeOff(work);
    return flight;
  }
}
