import { abortable, sleep } from '../token/abortable.js';
import type { TokenClock } from '../token/token-clock.js';
import type { DecisionLog } from '../token/token-event.js';
import type { ExplainedStore } from '../token/token-explanation.js';
import { publishedStore, type StoreOperations } from './store-channel.js';
import type { StoreReadiness, TokenStore } from './token-store.js';

/** For how long a store that failed or did not answer is not asked, in milliseconds. */
const PASSED_OVER_MS = 10_000;

/** How often to look for the connection that is made as the process starts: for 2 s, as the clock's timers are fair. */
const LOOKS = 40;
const LOOK_AFTER_MS = 20;
const LOOK_TAKES_MS = 50;

/** How long a store may take as the process starts: to connect, and for its first answer; in milliseconds. */
export const BIRTH_MS = LOOKS * LOOK_TAKES_MS;

const MAX_MESSAGE_LENGTH = 200;

/** The client or tenant that a store is asked for. */
export type StoreAsker = Pick<DecisionLog, 'whose' | 'record'>;

/**
 * Asks a store, and neither fails nor hangs with it: where it does not answer in time, the process works alone.
 *
 * There is one for each store in an app, whoever asks it.
 */
export class StoreAccess {
  readonly #store: TokenStore;
  readonly #clock: TokenClock;
  /** Until when the store is not asked; undefined while it is well. */
  #closedUntilMs: number | undefined;
  #isProbed = false;
  #birth: Promise<void> | undefined;
  /** What is left of the wait for a connection, for the first answer over it. */
  #firstLimitMs = 0;
  /** Until when that answer is waited for, whoever asks; undefined before anybody has. */
  #firstUntilMs: number | undefined;
  #asked = 0;
  #answered = 0;

  constructor(store: TokenStore, clock: TokenClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How long an answer is waited for, in milliseconds. */
  get timeoutMs(): number {
    return this.#store.timeoutMs;
  }

  /** The app's own encryption keys. */
  get encryptionKeys(): TokenStore['encryptionKeys'] {
    return this.#store.encryptionKeys;
  }

  /** Whether it would be asked now. */
  get isOpen(): boolean {
    return (
      !this.#isProbed &&
      (this.#closedUntilMs ?? -Infinity) <= this.#clock.monotonicNow() &&
      this.#look() === 'ready'
    );
  }

  /** What there is to explain. */
  explain(): ExplainedStore {
    return {
      name: this.#store.name,
      isPassedOver: this.#closedUntilMs !== undefined,
      asked: this.#asked,
      answered: this.#answered,
    };
  }

  /**
   * Waits, once in the life of the process, for a connection that is being made as the process starts.
   *
   * It counts looks and not time: the process may be computing while it starts. What is left of the wait is there for the first
   * answer: the client of a cluster connects to a node only when it is asked, and twenty processes start at once.
   */
  async awaitConnection(signal: AbortSignal | undefined): Promise<void> {
    this.#birth ??= this.#connected();
    await abortable(this.#birth, signal);
  }

  /**
   * Has the store do something.
   *
   * @param asker - is told when the store is passed over from now on, or asked again.
   * @returns what the store answered; undefined if it did not.
   */
  async ask<T>(
    operation: (store: StoreOperations) => Promise<T>,
    asker: StoreAsker,
  ): Promise<T | undefined> {
    if ((this.#closedUntilMs ?? -Infinity) > this.#clock.monotonicNow())
      return undefined;
    // When the pause is over, the first one who asks tries for all.
    if (this.#isProbed) return undefined;
    if (this.#look() !== 'ready') {
      this.#passOver('it is not connected', asker, 0);
      return undefined;
    }
    this.#isProbed = this.#closedUntilMs !== undefined;
    this.#asked += 1;
    try {
      const answer = await this.#inTime(operation, asker);
      this.#answered += 1;
      this.#endFirst();
      if (this.#closedUntilMs !== undefined) this.#takeUp(asker);
      return answer;
    } catch (error) {
      this.#passOver(reasonOf(error), asker, PASSED_OVER_MS);
      return undefined;
    } finally {
      this.#isProbed = false;
    }
  }

  #look(): StoreReadiness {
    try {
      return this.#store.look();
    } catch {
      return 'down';
    }
  }

  async #connected(): Promise<void> {
    for (let looksLeft = LOOKS; looksLeft > 0; looksLeft -= 1) {
      if (this.#look() !== 'connecting') return;
      this.#firstLimitMs = looksLeft * LOOK_TAKES_MS;
      this.#firstUntilMs = undefined;
      await sleep(this.#clock, LOOK_AFTER_MS, undefined);
    }
  }

  /** The store may do it later nevertheless, unless what it was asked says until when. */
  async #inTime<T>(
    operation: (store: StoreOperations) => Promise<T>,
    { whose }: StoreAsker,
  ): Promise<T> {
    const now = this.#clock.monotonicNow();
    this.#firstUntilMs ??= now + this.#firstLimitMs;
    const leftMs = Math.ceil(this.#firstUntilMs - now);
    const limitMs = Math.max(this.#store.timeoutMs, leftMs);
    const tooLong = new AbortController();
    const limit = this.#clock.schedule(limitMs, () =>
      tooLong.abort(new Error(`it did not answer within ${limitMs} ms`)),
    );
    const { signal } = tooLong;
    const store = publishedStore(this.#store, whose, this.#clock, signal);
    try {
      return await abortable(start(operation, store), signal);
    } finally {
      limit.cancel();
    }
  }

  #passOver(message: string, asker: StoreAsker, forMs: number): void {
    const isNews = this.#closedUntilMs === undefined;
    this.#endFirst();
    this.#closedUntilMs = this.#clock.monotonicNow() + forMs;
    const store = this.#store.name;
    if (isNews) asker.record({ type: 'store-passed-over', store, message });
  }

  #endFirst(): void {
    this.#firstLimitMs = 0;
    this.#firstUntilMs = undefined;
  }

  #takeUp(asker: StoreAsker): void {
    this.#closedUntilMs = undefined;
    asker.record({ type: 'store-recovered', store: this.#store.name });
  }
}

/** The stores of an app, each with one access to it. */
export class StoreAccesses {
  readonly #clock: TokenClock;
  readonly #byStore = new WeakMap<TokenStore, StoreAccess>();

  constructor(clock: TokenClock) {
    this.#clock = clock;
  }

  /** The access to a store. */
  of(store: TokenStore): StoreAccess {
    const access =
      this.#byStore.get(store) ?? new StoreAccess(store, this.#clock);
    this.#byStore.set(store, access);
    return access;
  }
}

async function start<T>(
  operation: (store: StoreOperations) => Promise<T>,
  store: StoreOperations,
): Promise<T> {
  return operation(store);
}

/** A client's error may be long, but quotes nothing that is not encrypted. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  // Node gives no message to a connection that failed at each of several addresses.
  return (error.message || error.name).slice(0, MAX_MESSAGE_LENGTH);
}
