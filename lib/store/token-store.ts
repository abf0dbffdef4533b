/** What a store holds under a key. Times are in milliseconds of the store's clock. */
export interface StoredValue {
  /** Undefined if there is none, or one without an expiry. */
  readonly value: string | undefined;
  /** For how much longer it is kept; 0 without a value. */
  readonly ttlMs: number;
  /** When it was read. */
  readonly now: number;
}

/** How a value is written. Times are in milliseconds of the store's clock. */
export interface WriteConditions {
  /** For how long the value is kept. */
  readonly ttlMs: number;
  /** The value that it takes the place of, as it was read; undefined where there was none. */
  readonly replaces: string | undefined;
  /** After this moment nothing is written: a client may send late what it could not send in time. */
  readonly notAfter: number;
}

/** How a lock is taken. Times are in milliseconds of the store's clock. */
export interface LockConditions {
  /** How long the lock is held. After that it is free, whatever became of its owner. */
  readonly leaseMs: number;
  /** After this moment no lock is taken. */
  readonly notAfter: number;
}

/**
 * Whether a store can be asked.
 *
 * - `ready`: yes
 * - `connecting`: not yet; its first connection is being made
 * - `down`: no; its connection failed or was lost
 */
export type StoreReadiness = 'ready' | 'connecting' | 'down';

/**
 * A store that the processes of an app share, so that they share tokens and what they know of the credentials.
 *
 * It keeps texts for a while, and knows nothing of what they mean: they come encrypted, and under names that tell nothing.
 * Each operation is atomic, and by the store's own clock. One that fails or takes longer than
 * {@link TokenStore.timeoutMs} is passed over: a store never makes a call fail.
 *
 * To write one, extend this class, and run `tokenStoreContract()` of `nestjs-aspose-auth/testing` against it.
 */
export abstract class TokenStore {
  /** What logs and `explain()` call the store. */
  abstract readonly name: string;

  /**
   * How long an operation may take, in milliseconds.
   *
   * @default 250
   */
  readonly timeoutMs: number = 250;

  /**
   * Keys of 32 bytes each that encrypt what is stored, in place of keys from the client secret. The first one encrypts, all
   * of them decrypt.
   */
  readonly encryptionKeys?: readonly Uint8Array[] | undefined;

  /** Tells whether the store can be asked. One that connects when it is first used starts to connect. */
  look(): StoreReadiness {
    return 'ready';
  }

  /** Reads a value. */
  abstract read(key: string): Promise<StoredValue>;

  /** Writes a value if what is there is what it {@link WriteConditions.replaces | replaces}. Tells whether it did. */
  abstract write(
    key: string,
    value: string,
    conditions: WriteConditions,
  ): Promise<boolean>;

  /**
   * Takes a lock unless another owner has it. Tells whether this owner has it now: a client may send the same command
   * twice. Its lease does not begin anew then.
   */
  abstract tryLock(
    key: string,
    owner: string,
    conditions: LockConditions,
  ): Promise<boolean>;

  /** Gives a lock back if the owner has it. */
  abstract unlock(key: string, owner: string): Promise<void>;
}
