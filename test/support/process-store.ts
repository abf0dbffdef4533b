import {
  type LockConditions,
  type StoredValue,
  type StoreReadiness,
  TokenStore,
  type WriteConditions,
} from '../../lib/store/token-store.js';
import type { ProcessLife } from './process-life.js';

/** A process' own way to a store that it shares with others. Each operation is two steps of the process' life. */
export class ProcessStore extends TokenStore {
  override readonly name: string;
  override readonly timeoutMs: number;
  override readonly encryptionKeys: readonly Uint8Array[] | undefined;

  readonly #shared: TokenStore;
  readonly #life: ProcessLife;
  readonly #delay: () => Promise<void> | undefined;

  /** @param delay - how long a command or its answer takes to arrive. */
  constructor(
    shared: TokenStore,
    life: ProcessLife,
    delay: () => Promise<void> | undefined = () => undefined,
  ) {
    super();
    this.name = shared.name;
    this.timeoutMs = shared.timeoutMs;
    this.encryptionKeys = shared.encryptionKeys;
    this.#shared = shared;
    this.#life = life;
    this.#delay = delay;
  }

  override look(): StoreReadiness {
    return this.#shared.look();
  }

  override read(key: string): Promise<StoredValue> {
    return this.#do('read', key, () => this.#shared.read(key));
  }

  override write(
    key: string,
    value: string,
    conditions: WriteConditions,
  ): Promise<boolean> {
    return this.#do('write', key, () =>
      this.#shared.write(key, value, conditions),
    );
  }

  override tryLock(
    key: string,
    owner: string,
    conditions: LockConditions,
  ): Promise<boolean> {
    const taken = this.#do('take', key, () =>
      this.#shared.tryLock(key, owner, conditions),
    );
    return this.#won(taken);
  }

  override unlock(key: string, owner: string): Promise<void> {
    return this.#do('give back', key, () => this.#shared.unlock(key, owner));
  }

  async #won(taken: Promise<boolean>): Promise<boolean> {
    const isWon = await taken;
    if (isWon) await this.#life.step('after won lock');
    return isWon;
  }

  /** A command that was sent is carried out, whatever becomes of the process. */
  async #do<T>(
    what: string,
    key: string,
    operation: () => Promise<T>,
  ): Promise<T> {
    const step = `${what} ${key.slice(key.lastIndexOf(':') + 1)}`;
    await this.#life.step(`before ${step}`);
    await this.#delay();
    const done = operation();
    const answered = done.then(() => this.#delay());
    await this.#life.arrival(answered);
    await this.#life.step(`after ${step}`);
    return done;
  }
}
