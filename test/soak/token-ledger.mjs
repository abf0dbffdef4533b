/** How long before a call failed a token must have arrived, for every waiting call to have had its turn. */
const DELIVERY_MARGIN_MS = 250;
/** How much earlier than the request is seen here the token's age may begin: before the request was made. */
const SENDING_MARGIN_MS = 50;
const KEPT = 20;

/**
 * Knows, apart from the code under test, which tokens could be sent at a moment.
 *
 * A token could have served a call that failed just now when
 * - the answer that brought it had arrived in full, some time before;
 * - the emulator accepted it still: its life, counted from before the request for it was sent, was not over, and not
 *   so close to its end that nothing should be sent with it;
 * - nothing was revoked since that request was sent;
 * - it had left what the call insisted on, which is at most half a lifetime.
 *
 * At any other time the emulator would have refused whatever had been sent, so that the call failed rightly.
 */
export class TokenLedger {
  #lifetimeMs;
  #safetyMs;
  #revokedAt = -Infinity;
  #tokens = [];

  constructor(lifetimeMs) {
    this.#lifetimeMs = lifetimeMs;
    this.#safetyMs = Math.min(1_000, lifetimeMs / 20);
  }

  /** Takes note of an answer of the token endpoint, and of when it was asked. */
  answered({ status, data }, sentAt) {
    if (status !== 200 || !bringsToken(data)) return;
    this.#tokens.push({ sentAt, deliveredAt: Date.now() });
    if (this.#tokens.length > KEPT) this.#tokens.shift();
  }

  /** Takes note that every token issued so far is refused from now on. */
  revokedAll() {
    this.#revokedAt = Date.now();
  }

  /** For how many more milliseconds a call that failed just now could have been served; 0 when it could not. */
  couldHaveServedForMs(minValidityMs = 0) {
    const now = Date.now();
    const neededMs = Math.max(
      this.#safetyMs,
      Math.min(minValidityMs, this.#lifetimeMs / 2),
    );
    const leftMs = this.#tokens
      .filter(
        ({ sentAt, deliveredAt }) =>
          deliveredAt + DELIVERY_MARGIN_MS <= now && sentAt > this.#revokedAt,
      )
      .map(
        ({ sentAt }) =>
          sentAt - SENDING_MARGIN_MS + this.#lifetimeMs - now - neededMs,
      );
    return Math.max(0, ...leftMs);
  }
}

function bringsToken(body) {
  try {
    return typeof JSON.parse(body).access_token === 'string';
  } catch {
    return false;
  }
}
