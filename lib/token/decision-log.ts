import type { TokenClock } from './token-clock.js';
import type { AsposeTokenEvent, TokenEvent } from './token-event.js';

const KEPT = 20;

/** Stamps each event, keeps the newest, and passes it on. */
export class DecisionLog {
  readonly #clock: TokenClock;
  readonly #listener: (event: AsposeTokenEvent) => void;
  #told: readonly TokenEvent['type'][] | undefined;
  #recent: readonly AsposeTokenEvent[] = [];

  constructor(
    clock: TokenClock,
    listener: (event: AsposeTokenEvent) => void = () => {},
  ) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** The newest events, oldest first. */
  get recent(): readonly AsposeTokenEvent[] {
    return this.#recent;
  }

  /** Records an event. */
  record(event: TokenEvent): void {
    const stamped = { at: this.#clock.wallNow(), ...event };
    this.#keep(stamped);
    this.#listener(stamped);
  }

  /** A storm of equal 401s must not wash out what led to it: only the newest of them is kept. */
  #keep(event: AsposeTokenEvent): void {
    const kept = isSame401(this.#recent.at(-1), event)
      ? this.#recent.slice(0, -1)
      : this.#recent;
    this.#recent = [...kept, event].slice(-KEPT);
  }

  /** Records an event of a kind that is worth telling only the first time. */
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
