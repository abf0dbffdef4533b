import type { TokenClock } from './token-clock.js';
import {
  type AsposeTokenEvent,
  DEFAULT_CLIENT,
  type TokenEvent,
} from './token-event.js';

const KEPT = 20;

/** Stamps each event with time and client, keeps the newest ones, and passes each on. */
export class DecisionLog {
  readonly #clock: TokenClock;
  readonly #listener: (event: AsposeTokenEvent) => void;
  readonly #client: string;
  #told: readonly TokenEvent['type'][] | undefined;
  #recent: readonly AsposeTokenEvent[] = [];

  constructor(
    clock: TokenClock,
    listener: (event: AsposeTokenEvent) => void = () => {},
    client: string = DEFAULT_CLIENT,
  ) {
    this.#clock = clock;
    this.#listener = listener;
    this.#client = client;
  }

  /** The newest events, oldest first. */
  get recent(): readonly AsposeTokenEvent[] {
    return this.#recent;
  }

  /** Records an event. */
  record(event: TokenEvent): void {
    const at = this.#clock.wallNow();
    const stamped = { at, client: this.#client, ...event };
    this.#keep(stamped);
    this.#listener(stamped);
  }

  /** Keeps only the newest of equal 401s: a storm of them must not push out what led to it. */
  #keep(event: AsposeTokenEvent): void {
    const kept = isSame401(this.#recent.at(-1), event)
      ? this.#recent.slice(0, -1)
      : this.#recent;
    this.#recent = [...kept, event].slice(-KEPT);
  }

  /** Records an event unless one of its type was recorded this way before. */
  recordOnce(event: TokenEvent): void {
    if (this.#told?.includes(event.type)) return;
    this.#told = [...(this.#told ?? []), event.type];
    this.record(event);
  }
}

function isSame401(
  a: AsposeTokenEvent | undefined,
  b: AsposeTokenEvent,
): boolean {
  return (
    a?.type === 'unauthorized' &&
    b.type === 'unauthorized' &&
    a.token === b.token &&
    a.origin === b.origin &&
    a.verdict === b.verdict
  );
}
