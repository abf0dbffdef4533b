import { isDeepStrictEqual } from 'node:util';

import { isRefused } from '../credential/attempt.js';
import {
  type AttemptLog,
  merge,
  NO_ATTEMPTS,
  shifted,
  spentAt,
} from '../credential/attempt-log.js';
import type { CredentialRecord } from '../credential/credential-record.js';
import type { AccessToken, SharedLife } from '../token/access-token.js';
import type { ClockReading, TokenClock } from '../token/token-clock.js';
import type { ExplainedStore } from '../token/token-explanation.js';
import { remainingMs, type RefreshSettings } from '../token/token-lifetime.js';
import type { StoreAccess, StoreAsker } from './store-access.js';
import type { StoreOperations } from './store-channel.js';
import { tokenFromText, tokenToText } from './stored-token.js';
import type { StoredPart, TokenCipher } from './token-cipher.js';
import type { StoredValue } from './token-store.js';

/** What a {@link SharedCredential} works with. */
export interface SharedCredentialParts {
  readonly access: StoreAccess;
  readonly clock: TokenClock;
  readonly decisions: StoreAsker;
  readonly refresh: RefreshSettings;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What was read of a credential. */
export interface SharedReading {
  readonly token: AccessToken | undefined;
  /** The text that holds the token, to be replaced by a newer one. */
  readonly tokenText: string | undefined;
}

/** A log as it was read, by the monotonic clock of this process. */
interface LogReading {
  readonly log: AttemptLog;
  readonly text: string | undefined;
  /** How far the store's clock is ahead of the monotonic one. */
  readonly aheadByMs: number;
}

/** A process that loses this many writes competes with more processes than there are. */
const MAX_WRITES = 8;

/** A process that stands still at each of this many readings is too busy for the store. */
const MAX_READS = 3;

/** One credential in a store, and the record of it in this process. Where the store does not answer, so does this. */
export class SharedCredential {
  readonly #record: CredentialRecord;
  readonly #cipher: TokenCipher;
  readonly #parts: SharedCredentialParts;
  #lastReadAtMs = -Infinity;
  /** The token that was there when the store was last read or written. */
  #seen:
    | { readonly token: AccessToken | undefined; readonly atMs: number }
    | undefined;
  #aheadByMs = 0;
  #isReported = false;

  constructor(
    record: CredentialRecord,
    cipher: TokenCipher,
    parts: SharedCredentialParts,
  ) {
    this.#record = record;
    this.#cipher = cipher;
    this.#parts = parts;
  }

  /** How long ago the store was read, in milliseconds. */
  get readAgoMs(): number {
    return this.#parts.clock.monotonicNow() - this.#lastReadAtMs;
  }

  /** Reads what there is of the credential, and enters into the record what this process did not know. */
  async read(): Promise<SharedReading | undefined> {
    const { clock, refresh, random } = this.#parts;
    this.#lastReadAtMs = clock.monotonicNow();
    const values = await this.#askInOneGo(async (store, readAt) => {
      const [token, log] = await Promise.all([
        this.#stored(store, 'token'),
        this.#stored(store, 'log'),
      ]);
      return { token, log: this.#logIn(log, readAt), readAt };
    });
    if (values === undefined) return undefined;
    const { token, log, readAt } = values;
    const merged = this.#merged(log);
    this.#record.log = merged;
    // What this process learnt alone, or the store has lost.
    if (knowsMore(merged, log.log)) await this.#write(merged, log);
    const text = this.#decrypted('token', token);
    const there =
      text === undefined
        ? undefined
        : tokenFromText(text, token, { readAt, refresh, random });
    this.#see(there);
    return { token: there, tokenText: token.value };
  }

  /** What the store was last seen to hold; nothing before that. */
  explain(): Pick<ExplainedStore, 'lastSeen'> {
    if (this.#seen === undefined) return {};
    const { clock } = this.#parts;
    const { token, atMs } = this.#seen;
    return {
      lastSeen: {
        agoMs: clock.monotonicNow() - atMs,
        refusals: this.#record.log.attempts.filter(isRefused).length,
        ...(token && {
          token: {
            fingerprint: token.fingerprint,
            remainingMs: Math.max(0, remainingMs(token, clock)),
          },
        }),
      },
    };
  }

  /** Takes the lock for an attempt. Tells until when, on the monotonic clock; or that another process has it. */
  async tryLock(
    owner: string,
    leaseMs: number,
  ): Promise<{ readonly untilMs: number } | 'taken' | undefined> {
    const { access, clock, decisions } = this.#parts;
    const untilMs = clock.monotonicNow() + leaseMs;
    const isLocked = await access.ask(
      (store) =>
        store.tryLock(this.#cipher.nameOf('lock'), owner, {
          leaseMs,
          notAfter: this.#deadline,
        }),
      decisions,
    );
    if (isLocked === undefined) return undefined;
    return isLocked ? { untilMs } : 'taken';
  }

  /** Gives the lock back. */
  async unlock(owner: string): Promise<void> {
    const { access, decisions } = this.#parts;
    await access.ask(
      (store) => store.unlock(this.#cipher.nameOf('lock'), owner),
      decisions,
    );
  }

  /** Changes the log in the store and in the record; on a newer log if another process was faster. */
  async enter(change: (log: AttemptLog) => AttemptLog): Promise<void> {
    for (let writes = 0; writes < MAX_WRITES; writes += 1) {
      const reading = await this.#readLog();
      if (reading === undefined) return;
      const now = this.#parts.clock.monotonicNow();
      const next = change(this.#merged(reading));
      const isWritten = await this.#write(next, reading);
      if (isWritten === undefined) return;
      if (isWritten) {
        this.#record.log = merge(next, this.#record.log, now);
        return;
      }
    }
  }

  /**
   * Writes a token, unless there is a newer one.
   *
   * @param replaces - what was read where it is written.
   * @returns the token to use: this one, or the newer one.
   */
  async writeToken(
    token: AccessToken,
    replaces: string | undefined,
    renewedFor: SharedLife['renewedFor'],
  ): Promise<AccessToken> {
    const { access, clock, decisions } = this.#parts;
    const name = this.#cipher.nameOf('token');
    let before = replaces;
    for (let writes = 0; writes < MAX_WRITES; writes += 1) {
      const text = tokenToText(token, this.#storeNow, clock, renewedFor);
      const isWritten = await access.ask(
        (store) =>
          store.write(name, this.#cipher.encrypt(name, text), {
            ttlMs: Math.ceil(remainingMs(token, clock)),
            replaces: before,
            notAfter: this.#deadline,
          }),
        decisions,
      );
      if (isWritten === true) this.#see(token);
      if (isWritten !== false) return token;
      // Another token is there, or the store's clock was set: the reading tells either.
      const there = await this.read();
      if (there === undefined) return token;
      if (isNewer(there.token, token)) return there.token;
      before = there.tokenText;
    }
    return token;
  }

  #see(token: AccessToken | undefined): void {
    this.#seen = { token, atMs: this.#parts.clock.monotonicNow() };
  }

  async #readLog(): Promise<LogReading | undefined> {
    return this.#askInOneGo(async (store, readAt) =>
      this.#logIn(await this.#stored(store, 'log'), readAt),
    );
  }

  /**
   * Asks again where this process stood still in between: how far the store's clock is ahead is told only by an answer that
   * follows its question.
   */
  async #askInOneGo<T>(
    operation: (store: StoreOperations, readAt: ClockReading) => Promise<T>,
  ): Promise<T | undefined> {
    const { access, clock, decisions } = this.#parts;
    for (let asked = 0; asked < MAX_READS; asked += 1) {
      const readAt = clock.read();
      const answer = await access.ask(
        (store) => operation(store, readAt),
        decisions,
      );
      const tookMs = clock.monotonicNow() - readAt.monotonicMs;
      if (answer === undefined || tookMs <= 2 * access.timeoutMs) return answer;
    }
    return undefined;
  }

  /** @throws {TypeError} when the store answers with something else: one of the app's own may be written without types. */
  async #stored(
    store: StoreOperations,
    part: StoredPart,
  ): Promise<StoredValue> {
    const stored: StoredValue | null | undefined = await store.read(
      this.#cipher.nameOf(part),
    );
    const value: string | null | undefined = stored?.value;
    if (
      !Number.isFinite(stored?.now) ||
      !Number.isFinite(stored?.ttlMs) ||
      typeof (value ?? '') !== 'string'
    )
      throw new TypeError('its read() gave no { value, ttlMs, now }');
    return { ...stored, value: value ?? undefined };
  }

  #logIn(value: StoredValue, { monotonicMs }: ClockReading): LogReading {
    this.#aheadByMs = value.now - monotonicMs;
    const text = this.#decrypted('log', value);
    const log = text === undefined ? NO_ATTEMPTS : logFromText(text);
    return {
      log: shifted(log, -this.#aheadByMs, monotonicMs),
      text: value.value,
      aheadByMs: this.#aheadByMs,
    };
  }

  #merged({ log }: LogReading): AttemptLog {
    return merge(log, this.#record.log, this.#parts.clock.monotonicNow());
  }

  async #write(
    log: AttemptLog,
    { text, log: before, aheadByMs }: LogReading,
  ): Promise<boolean | undefined> {
    const { access, clock, decisions } = this.#parts;
    if (isDeepStrictEqual(log, before)) return true;
    const name = this.#cipher.nameOf('log');
    const now = clock.monotonicNow();
    const stored = JSON.stringify(shifted(log, aheadByMs, now + aheadByMs));
    return access.ask(
      (store) =>
        store.write(name, this.#cipher.encrypt(name, stored), {
          ttlMs: Math.max(1, Math.ceil(spentAt(log) - now)),
          replaces: text,
          notAfter: this.#deadline,
        }),
      decisions,
    );
  }

  #decrypted(part: StoredPart, { value }: StoredValue): string | undefined {
    if (value === undefined) return undefined;
    const text = this.#cipher.decrypt(this.#cipher.nameOf(part), value);
    if (text === undefined && !this.#isReported) {
      this.#isReported = true;
      this.#parts.decisions.record({ type: 'store-unreadable', part });
    }
    return text;
  }

  get #storeNow(): number {
    return this.#parts.clock.monotonicNow() + this.#aheadByMs;
  }

  /** A command that was not sent in time does nothing: this process has gone on without it. */
  get #deadline(): number {
    return this.#storeNow + this.#parts.access.timeoutMs;
  }
}

/** Whether a merged log holds what the other one lacks. */
function knowsMore(
  { attempts, acceptedAt, throttled }: AttemptLog,
  than: AttemptLog,
): boolean {
  const known = new Set(than.attempts.filter(isRefused).map(({ id }) => id));
  return (
    attempts.some((attempt) => isRefused(attempt) && !known.has(attempt.id)) ||
    acceptedAt !== than.acceptedAt ||
    throttled !== than.throttled
  );
}

function isNewer(a: AccessToken | undefined, b: AccessToken): a is AccessToken {
  return a !== undefined && a.issuedAt.monotonicMs > b.issuedAt.monotonicMs;
}

function logFromText(text: string): AttemptLog {
  return JSON.parse(text) as AttemptLog;
}
