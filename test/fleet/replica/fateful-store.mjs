import { TokenStore } from 'nestjs-aspose-auth';

/** A store that tells of each step before and after it is taken, such as `before lock 1` or `after write log 2`. */
export class FatefulStore extends TokenStore {
  #store;
  #reach;
  #counts = new Map();

  /** @param reach - is called with the name of each step. */
  constructor(store, reach) {
    super();
    this.#store = store;
    this.#reach = reach;
    this.name = store.name;
    this.timeoutMs = store.timeoutMs;
    this.encryptionKeys = store.encryptionKeys;
  }

  look() {
    return this.#store.look();
  }

  read(key) {
    return this.#step(`read ${partOf(key)}`, () => this.#store.read(key));
  }

  write(key, ...rest) {
    return this.#step(`write ${partOf(key)}`, () =>
      this.#store.write(key, ...rest),
    );
  }

  tryLock(...args) {
    return this.#step('lock', () => this.#store.tryLock(...args));
  }

  unlock(...args) {
    return this.#step('unlock', () => this.#store.unlock(...args));
  }

  async #step(name, act) {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.#reach(`before ${name} ${count}`);
    const answer = await act();
    this.#reach(`after ${name} ${count}`);
    return answer;
  }
}

/** `token` or `log`. */
function partOf(key) {
  return key.split(':').at(-1);
}
