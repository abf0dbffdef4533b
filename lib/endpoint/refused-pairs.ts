import { createHmac, randomBytes } from 'node:crypto';

import type { TokenClock } from '../token/token-clock.js';
import type { TokenResponse } from '../token/token-request.js';
import type { ClientRequest } from './client-request.js';

interface RefusedPair {
  readonly answer: TokenResponse;
  readonly holds: number;
  readonly untilMs: number;
}

const CAPACITY = 1_000;
const FIRST_HOLD_MS = 60_000;
const MAX_HOLD_MS = 10 * 60_000;

/**
 * Remembers which credentials the identity server refused, so as not to have them banned by trying again.
 *
 * Knows them by an HMAC whose key is made anew at each start: a memory dump gives no secret away. Holds the thousand
 * pairs that were refused last.
 */
export class RefusedPairs {
  readonly #clock: TokenClock;
  readonly #key = randomBytes(32);
  readonly #pairs = new Map<string, RefusedPair>();

  constructor(clock: TokenClock) {
    this.#clock = clock;
  }

  /** The refusal to repeat, and for how long; undefined when the credentials may be tried. */
  find(
    client: ClientRequest,
  ):
    | { readonly answer: TokenResponse; readonly remainingMs: number }
    | undefined {
    const pair = this.#pairs.get(this.idOf(client));
    if (pair === undefined) return undefined;
    const remainingMs = pair.untilMs - this.#clock.monotonicNow();
    return remainingMs > 0 ? { answer: pair.answer, remainingMs } : undefined;
  }

  /**
   * Holds credentials back: as long as the identity server asks for, else for 60 s, doubling to 10 min.
   *
   * @returns for how long, in milliseconds.
   */
  add(
    client: ClientRequest,
    answer: TokenResponse,
    retryAfterMs: number | undefined,
  ): number {
    const id = this.idOf(client);
    const holds = this.#pairs.get(id)?.holds ?? 0;
    const holdMs =
      retryAfterMs ?? Math.min(FIRST_HOLD_MS * 2 ** holds, MAX_HOLD_MS);
    this.#pairs.delete(id);
    this.#pairs.set(id, {
      answer,
      holds: holds + 1,
      untilMs: this.#clock.monotonicNow() + holdMs,
    });
    for (const oldest of this.#pairs.keys()) {
      if (this.#pairs.size <= CAPACITY) break;
      this.#pairs.delete(oldest);
    }
    return holdMs;
  }

  /** Forgets credentials that were accepted. */
  remove(client: ClientRequest): void {
    this.#pairs.delete(this.idOf(client));
  }

  /** What stands for credentials here. Length-prefixed: no two pairs make the same text. */
  idOf({ clientId, clientSecret }: ClientRequest): string {
    return createHmac('sha256', this.#key)
      .update(`${clientId.length}:${clientId}${clientSecret}`)
      .digest('base64');
  }
}
