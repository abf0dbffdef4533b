import type { EmulatorAnswer } from './emulator-answer.js';

/** How many refusals ban a pair at Aspose, and for how long. */
const BAN_AFTER = 5;
const BAN_SECONDS = 600;

/** The answer to a banned pair. */
export const BANNED: EmulatorAnswer = {
  status: 429,
  headers: { 'Retry-After': String(BAN_SECONDS) },
};

/** A client id and secret as a token request presents them. */
export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Bans a pair of client id and secret that was refused too often.
 *
 * Another id or another secret is another pair: not banned, and with a count of its own. When the ban ends, the count
 * starts again.
 *
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export class CredentialBan {
  readonly #refusals = new Map<string, number>();
  readonly #bannedUntilMs = new Map<string, number>();
  readonly #now: () => number;
  readonly #banAfter: number;

  constructor(now: () => number, banAfter = BAN_AFTER) {
    this.#now = now;
    this.#banAfter = banAfter;
  }

  isBanned(pair: PresentedCredentials): boolean {
    return this.#now() < (this.#bannedUntilMs.get(keyOf(pair)) ?? 0);
  }

  countRefusal(pair: PresentedCredentials): void {
    const key = keyOf(pair);
    const refusals = (this.#refusals.get(key) ?? 0) + 1;
    const bans = refusals >= this.#banAfter;
    this.#refusals.set(key, bans ? 0 : refusals);
    if (bans) this.#bannedUntilMs.set(key, this.#now() + BAN_SECONDS * 1000);
  }
}

function keyOf({ clientId, clientSecret }: PresentedCredentials): string {
  return JSON.stringify([clientId, clientSecret]);
}
