import type { AsposeTokenEvent } from '../token/token-event.js';

const MINUTE_MS = 60_000;
const MINUTES = 60;
const MAX_ORIGINS = 10;

/** What the last sixty minutes brought, the oldest minute first. */
export interface HourState {
  /** How many token requests were made in each minute. */
  readonly requests: readonly number[];
  /** How many of them failed. */
  readonly failures: readonly number[];
  /** How often an API answered 401 to a token. */
  readonly unauthorized: readonly number[];
}

interface Minute {
  readonly number: number;
  requests: number;
  failures: number;
  unauthorized: number;
  /** The 401s by origin. */
  readonly origins: Map<string, number>;
}

/** Counts what a client's events tell, by the minute, for an hour. */
export class LastHour {
  #minutes: readonly Minute[] = [];

  /** Counts an event. */
  note(event: AsposeTokenEvent): void {
    const minute = this.#minuteOf(event.at);
    switch (event.type) {
      case 'fetched':
      case 'refreshed':
        // The attempts that failed before it have been counted: each is an event.
        if (event.attempts > 0) minute.requests += 1;
        return;
      case 'refresh-deferred':
        minute.requests += 1;
        return;
      case 'refresh-failed':
        if (event.attempts === 0) return;
        minute.requests += 1;
        minute.failures += 1;
        return;
      case 'attempt-failed':
        minute.requests += 1;
        minute.failures += 1;
        return;
      case 'unauthorized':
        minute.unauthorized += 1;
        noteOrigin(minute.origins, event.origin);
    }
  }

  /** @param now - in milliseconds since the epoch. */
  state(now: number): HourState {
    const last = Math.floor(now / MINUTE_MS);
    const of = (count: 'requests' | 'failures' | 'unauthorized') =>
      Array.from(
        { length: MINUTES },
        (_, index) =>
          this.#minutes.find(
            ({ number }) => number === last - MINUTES + 1 + index,
          )?.[count] ?? 0,
      );
    return {
      requests: of('requests'),
      failures: of('failures'),
      unauthorized: of('unauthorized'),
    };
  }

  /** The 401s of the last hour by origin. */
  unauthorizedBy(now: number): ReadonlyMap<string, number> {
    const since = Math.floor(now / MINUTE_MS) - MINUTES;
    const sums = new Map<string, number>();
    for (const { number, origins } of this.#minutes)
      if (number > since)
        for (const [origin, count] of origins) noteOrigin(sums, origin, count);
    return sums;
  }

  #minuteOf(at: number): Minute {
    const number = Math.floor(at / MINUTE_MS);
    const known = this.#minutes.find((minute) => minute.number === number);
    if (known !== undefined) return known;
    const minute = {
      number,
      requests: 0,
      failures: 0,
      unauthorized: 0,
      origins: new Map<string, number>(),
    };
    this.#minutes = [...this.#minutes, minute].slice(-MINUTES);
    return minute;
  }
}

/** An app may say any origin: only so many are told apart. */
function noteOrigin(
  origins: Map<string, number>,
  origin: string,
  count = 1,
): void {
  const name =
    origins.has(origin) || origins.size < MAX_ORIGINS ? origin : 'others';
  origins.set(name, (origins.get(name) ?? 0) + count);
}
