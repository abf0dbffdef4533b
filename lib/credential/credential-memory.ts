import type { ClientCredentials } from './client-credentials.js';
import { sha256 } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';
import { CredentialRecord } from './credential-record.js';

/** What makes two token requests ask for the same thing with the same pair. */
export interface CredentialIdentity {
  /** The token endpoint's URL. */
  readonly url: string;
  readonly pair: ClientCredentials;
  /** The scopes asked for, separated by spaces, in any order. */
  readonly scope?: string | undefined;
  /** Other parameters of the token request, by name. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** The key of a credential: a hash that does not give the secret away. */
export function credentialKey({
  url,
  pair,
  scope = '',
  parameters = {},
}: CredentialIdentity): string {
  const scopes = new Set(scope.split(' ').filter((name) => name !== ''));
  return sha256(
    JSON.stringify([
      url,
      pair.fingerprint,
      [...scopes].toSorted(),
      Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );
}

/**
 * Remembers the credentials of the whole app, so that clients and tenants with the same one share attempts and tokens.
 *
 * Bounded: what nobody uses is forgotten, the credential used longest ago first, and one that is held back only if all
 * others are.
 */
export class CredentialMemory {
  readonly #clock: TokenClock;
  readonly #capacity: number;
  /** The one used last comes last. */
  readonly #records = new Map<string, CredentialRecord>();

  /** @param capacity - how many credentials are remembered. Those in use always are. */
  constructor(clock: TokenClock, capacity = 10_000) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /**
   * Returns the record of a credential, which stays the same until the last user releases it.
   *
   * @param key - from {@link credentialKey}.
   * @param user - stands for the tower that uses the credential: its layer, say.
   */
  use(key: string, user: object): CredentialRecord {
    const record = this.#records.get(key) ?? new CredentialRecord(this.#clock);
    record.enter(user);
    this.#rememberAsNewest(key, record);
    return record;
  }

  /** Ends a use; safe to call again. The token goes with the last user, the log stays. */
  release(key: string, user: object): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    record.leave(user);
    this.#rememberAsNewest(key, record);
  }

  /** How many credentials are remembered. */
  get size(): number {
    return this.#records.size;
  }

  /** Waits for the end of all work that is under way, whatever comes of it. */
  async ended(): Promise<void> {
    const records = [...this.#records.values()];
    await Promise.allSettled(records.flatMap(({ underWay }) => underWay ?? []));
  }

  #rememberAsNewest(key: string, record: CredentialRecord): void {
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size > this.#capacity) this.#forgetOne();
  }

  #forgetOne(): void {
    let oldestHeld: string | undefined;
    for (const [key, record] of this.#records) {
      if (record.isInUse) continue;
      if (record.holds().length === 0) {
        this.#records.delete(key);
        return;
      }
      oldestHeld ??= key;
    }
    if (oldestHeld !== undefined) this.#records.delete(oldestHeld);
  }
}
