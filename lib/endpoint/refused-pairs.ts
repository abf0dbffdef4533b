import { createHmac, randomBytes, randomUUID } from 'node:crypto';

import type { TokenFailure } from '../client-credentials/token-failure.js';
import type { TokenResponse } from '../client-credentials/token-transport.js';
import {
  type AttemptLog,
  type AttemptOutcome,
  heldUntil,
  NO_ATTEMPTS,
  settle,
} from '../credential/attempt-log.js';
import type { TokenClock } from '../token/token-clock.js';
import type { ClientRequest } from './client-request.js';

/** A refusal to repeat, and for how much longer, in milliseconds. */
export interface KnownRefusal {
  readonly answer: TokenResponse;
  readonly remainingMs: number;
}

const CAPACITY = 1_000;

/**
 * Remembers which credentials the identity server refused, so that nobody gets them banned by trying again.
 *
 * Identifies a pair by an HMAC with a key of this process, so that a memory dump gives no secret away. Keeps the
 * thousand pairs that were refused last: strangers fill this memory, not that of the app's own credentials.
 */
export class RefusedPairs {
  readonly #clock: TokenClock;
  readonly #key = randomBytes(32);
  readonly #pairs = new Map<
    string,
    { readonly log: AttemptLog; readonly answer: TokenResponse }
  >();

  constructor(clock: TokenClock) {
    this.#clock = clock;
  }

  /** Returns the refusal to repeat; undefined if the credentials may be tried. */
  find(client: ClientRequest): KnownRefusal | undefined {
    const pair = this.#pairs.get(this.idOf(client));
    if (pair === undefined) return undefined;
    const remainingMs = this.#remainingMs(pair.log);
    return remainingMs > 0 ? { answer: pair.answer, remainingMs } : undefined;
  }

  /**
   * Holds credentials back: for as long as a throttling identity server asks, otherwise as Aspose's ban rule demands.
   *
   * @returns for how long, in milliseconds.
   */
  add(
    client: ClientRequest,
    answer: TokenResponse,
    { failure, retryAfterMs }: Pick<TokenFailure, 'failure' | 'retryAfterMs'>,
  ): number {
    const id = this.idOf(client);
    const log = this.#settled(
      this.#pairs.get(id)?.log ?? NO_ATTEMPTS,
      failure === 'throttled'
        ? { type: 'throttled', retryAfterMs }
        : { type: 'refused' },
    );
    this.#pairs.delete(id);
    this.#pairs.set(id, { log, answer });
    for (const oldest of this.#pairs.keys()) {
      if (this.#pairs.size <= CAPACITY) break;
      this.#pairs.delete(oldest);
    }
    return this.#remainingMs(log);
  }

  /** Ends the hold of credentials that were accepted; earlier refusals still count for ten minutes. */
  accept(client: ClientRequest): void {
    const id = this.idOf(client);
    const pair = this.#pairs.get(id);
    if (pair === undefined) return;
    const log = this.#settled(pair.log, { type: 'accepted' });
    this.#pairs.set(id, { ...pair, log });
  }

  /** The key of a pair. The length of the id tells where the secret begins, so that no two pairs make the same text. */
  idOf({ clientId, clientSecret }: ClientRequest): string {
    return createHmac('sha256', this.#key)
      .update(`${clientId.length}:${clientId}${clientSecret}`)
      .digest('base64');
  }

  #settled(log: AttemptLog, outcome: AttemptOutcome): AttemptLog {
    const now = this.#clock.monotonicNow();
    const attempt = { id: randomUUID(), at: now, leaseUntil: now };
    return settle(log, attempt, outcome, now);
  }

  #remainingMs(log: AttemptLog): number {
    const now = this.#clock.monotonicNow();
    return Math.max(now, ...Object.values(heldUntil(log, now))) - now;
  }
}
