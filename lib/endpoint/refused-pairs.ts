import { createHmac, randomBytes } from 'node:crypto';

import type { TokenClock } from '../token/token-clock.js';
import type { TokenResponse } from '../client-credentials/token-request.js';
import type { ClientRequest } from './client-request.js';

/** What a refusal is about: whoever sends the pair, or those alone who ask for the same scope with it. */
export type RefusalReach = 'pair' | 'scope';

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
 * refusals that came last.
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
    const now = this.#clock.monotonicNow();
    for (const reach of ['pair', 'scope'] as const) {
      const pair = this.#pairs.get(this.idOf(client, reach));
      if (pair !== undefined && pair.untilMs > now)
        return { answer: pair.answer, remainingMs: pair.untilMs - now };
    }
    return undefined;
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
    reach: RefusalReach = 'pair',
  ): number {
    const id = this.idOf(client, reach);
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

  /** Forgets credentials that were accepted, with the scope they were accepted for. */
  remove(client: ClientRequest): void {
    this.#pairs.delete(this.idOf(client, 'pair'));
    this.#pairs.delete(this.idOf(client, 'scope'));
  }

  /** What stands for credentials here. Length-prefixed: no two requests make the same text. */
  idOf(
    { clientId, clientSecret, scope = '' }: ClientRequest,
    reach: RefusalReach = 'pair',
  ): string {
    const fields = [clientId, clientSecret];
    if (reach === 'scope') fields.push(scope);
    return createHmac('sha256', this.#key)
      .update(fields.map((field) => `${field.length}:${field}`).join(''))
      .digest('base64');
  }
}
