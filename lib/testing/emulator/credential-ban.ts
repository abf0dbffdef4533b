/** @internal How long a banned pair stays banned, in seconds; also the value of `Retry-After`. */
export const BAN_SECONDS = 600;

/** @internal A client id and secret as a token request presents them. */
export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface PairRecord {
  refusals: number;
  bannedUntil: number;
}

/**
 * Bans a pair of client id and secret that was refused too often.
 *
 * The pair is the key: changing either value escapes the ban at once, and the failures
 * of one pair never ban another. When the ban ends, the count starts again.
 *
 * @internal
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export class CredentialBan {
  readonly #records = new Map<string, PairRecord>();

  constructor(
    private readonly banAfter: number,
    private readonly now: () => number,
  ) {}

  isBanned(pair: PresentedCredentials): boolean {
    return this.now() < (this.#records.get(keyOf(pair))?.bannedUntil ?? 0);
  }

  countRefusal(pair: PresentedCredentials): void {
    const record = this.#records.get(keyOf(pair)) ?? {
      refusals: 0,
      bannedUntil: 0,
    };
    record.refusals += 1;
    if (record.refusals >= this.banAfter) {
      record.refusals = 0;
      record.bannedUntil = this.now() + BAN_SECONDS * 1000;
    }
    this.#records.set(keyOf(pair), record);
  }
}

function keyOf(pair: PresentedCredentials): string {
  return JSON.stringify([pair.clientId, pair.clientSecret]);
}
