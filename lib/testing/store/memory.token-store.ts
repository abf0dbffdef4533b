import {
  type LockConditions,
  type StoredValue,
  type StoreReadiness,
  TokenStore,
  type WriteConditions,
} from '../../store/token-store.js';
import { SystemTokenClock, type TokenClock } from '../../token/token-clock.js';

/** What a {@link MemoryTokenStore} is made with. */
export interface MemoryTokenStoreOptions {
  /** The store's clock: its wall clock is what the store calls now. @default the machine's */
  readonly clock?: Pick<TokenClock, 'wallNow'> | undefined;
  /** How long an operation may take, in milliseconds. @default 250 */
  readonly timeoutMs?: number | undefined;
  /** Keys of 32 bytes each that encrypt what is stored, in place of keys from the client secret. */
  readonly encryptionKeys?: readonly Uint8Array[] | undefined;
}

interface Entry {
  readonly value: string;
  readonly endsAt: number;
}

/** So few are not worth looking through. */
const MIN_SWEEP_SIZE = 256;

/**
 * A store in the memory of this process: what towers and apps in one process share in a test.
 *
 * @example
 * ```ts
 * const clock = new ManualTokenClock();
 * const store = new MemoryTokenStore({ clock });
 * store.fault = 'hang';
 * ```
 */
export class MemoryTokenStore extends TokenStore {
  override readonly name = 'memory';
  override readonly timeoutMs: number;
  override readonly encryptionKeys: readonly Uint8Array[] | undefined;

  /** What {@link MemoryTokenStore.look} sees. */
  readiness: StoreReadiness = 'ready';

  /** How each operation goes wrong from now on, having done nothing: it rejects, or it never ends. */
  fault: 'fail' | 'hang' | undefined;

  readonly #clock: Pick<TokenClock, 'wallNow'>;
  readonly #entries = new Map<string, Entry>();
  #sweepSize = MIN_SWEEP_SIZE;

  constructor({
    clock = new SystemTokenClock(),
    timeoutMs = 250,
    encryptionKeys,
  }: MemoryTokenStoreOptions = {}) {
    super();
    this.#clock = clock;
    this.timeoutMs = timeoutMs;
    this.encryptionKeys = encryptionKeys;
  }

  /** How many values and locks it keeps. Some of them may have ended. */
  get size(): number {
    return this.#entries.size;
  }

  /** Forgets everything, as a flush of Redis does. */
  clear(): void {
    this.#entries.clear();
  }

  override look(): StoreReadiness {
    return this.readiness;
  }

  override async read(key: string): Promise<StoredValue> {
    await this.#asked();
    const now = this.#clock.wallNow();
    const entry = this.#entryAt(key, now);
    return {
      value: entry?.value,
      ttlMs: entry === undefined ? 0 : entry.endsAt - now,
      now,
    };
  }

  override async write(
    key: string,
    value: string,
    { ttlMs, replaces, notAfter }: WriteConditions,
  ): Promise<boolean> {
    await this.#asked();
    const now = this.#clock.wallNow();
    if (now > notAfter || this.#entryAt(key, now)?.value !== replaces)
      return false;
    this.#keep(key, value, now, ttlMs);
    return true;
  }

  override async tryLock(
    key: string,
    owner: string,
    { leaseMs, notAfter }: LockConditions,
  ): Promise<boolean> {
    await this.#asked();
    const now = this.#clock.wallNow();
    const lock = this.#entryAt(key, now);
    if (lock !== undefined || now > notAfter) return lock?.value === owner;
    this.#keep(key, owner, now, leaseMs);
    return true;
  }

  override async unlock(key: string, owner: string): Promise<void> {
    await this.#asked();
    const now = this.#clock.wallNow();
    if (this.#entryAt(key, now)?.value === owner) this.#entries.delete(key);
  }

  async #asked(): Promise<void> {
    if (this.fault === 'hang') await new Promise(() => {});
    if (this.fault === 'fail') throw new Error('The store fails.');
  }

  #entryAt(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && now < entry.endsAt ? entry : undefined;
  }

  #keep(key: string, value: string, now: number, ttlMs: number): void {
    this.#entries.set(key, { value, endsAt: now + ttlMs });
    if (this.#entries.size >= this.#sweepSize) this.#sweep(now);
  }

  /** Looks through all entries whenever twice as many were kept as were left the last time. */
  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#entries)
      if (endsAt <= now) this.#entries.delete(key);
    this.#sweepSize = Math.max(MIN_SWEEP_SIZE, 2 * this.#entries.size);
  }
}
