import { AsyncResource } from 'node:async_hooks';

import { abortable } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import type { ScheduledCall, TokenClock } from '../token/token-clock.js';

/** An unauthorized token that a flight is to replace. */
export interface CarriedUnauthorized {
  readonly token: AccessToken;
  /** The API's origin; empty if the caller did not say. */
  readonly origin: string;
  /** When it joined the flight, on the monotonic clock; undefined if the flight took off for it. */
  readonly joinedAtMs?: number;
}

/** A piece of work that many wait for and nobody owns. */
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

  /** Starts the work. Once others can find the flight, since the work may ask for what it is to bring. */
  takeOff(work: (flight: Flight<T>) => Promise<T>): void {
    this.#land(work(this));
  }

  /** Aborts when the flight is over time or called off. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Calls the flight off: everyone who waits for it gets the reason. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /**
   * Waits for the landing; meanwhile the process stays alive.
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

  /** Waits for the landing, however it goes, but no longer than a limit. */
  async joinFor(
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#enter();
    let limit: ScheduledCall | undefined;
    const landedOrLimit = new Promise<void>((resolve) => {
      limit = this.#clock.schedule(limitMs, resolve);
      this.landed.then(
        () => resolve(),
        () => resolve(),
      );
    });
    try {
      await abortable(landedOrLimit, signal);
    } finally {
      limit?.cancel();
      this.#leave();
    }
  }

  /** Lets some time pass within the flight; one that is over time does not go on. */
  async pause(delayMs: number): Promise<void> {
    let timer: ScheduledCall | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = this.#clock.schedule(delayMs, () => {
        if (this.leftMs > 0) resolve();
      });
    });
    try {
      await abortable(passed, this.signal);
    } finally {
      timer?.cancel();
    }
  }

  /** Work that is called off has a moment to say more than that; if it does not, it is left behind. */
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

/** A flight serves many requests: it must not run in the async context of the one that started it. */
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
   * Starts the work, unless a flight is in the air already: then returns that one.
   *
   * @param unauthorized - what the new flight is to replace.
   */
  launch(
    work: (flight: Flight<T>) => Promise<T>,
    unauthorized?: CarriedUnauthorized,
  ): Flight<T> {
    return (
      this.#current ??
      neutralContext.runInAsyncScope(() => {
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
      })
    );
  }
}
