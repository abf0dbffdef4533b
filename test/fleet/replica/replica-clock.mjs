import { TokenStore } from 'nestjs-aspose-auth';

import { SystemTokenClock } from '../../../dist/token/token-clock.js';

/** How often a client is looked at while it connects, which takes as long as it takes, however fast the clock. */
const LOOK_AFTER_MS = 20;

/** The machine's clocks, `factor` times as fast; the wall clock may be set wrong besides. */
export class ReplicaClock extends SystemTokenClock {
  #factor;
  #wrongByMs;

  constructor({ factor = 1, wrongByMs = 0 }) {
    super();
    this.#factor = factor;
    this.#wrongByMs = wrongByMs;
  }

  monotonicNow() {
    return super.monotonicNow() * this.#factor;
  }

  wallNow() {
    return super.wallNow() * this.#factor + this.#wrongByMs;
  }

  schedule(delayMs, call) {
    const leastMs = Math.min(delayMs, LOOK_AFTER_MS);
    return super.schedule(Math.max(delayMs / this.#factor, leastMs), call);
  }
}

/** A store whose clock is as fast as that of its replica. How long it may take stays as it is. */
export class ScaledStore extends TokenStore {
  #store;
  #factor;

  constructor(store, factor) {
    super();
    this.#store = store;
    this.#factor = factor;
    this.name = store.name;
    this.timeoutMs = store.timeoutMs * factor;
    this.encryptionKeys = store.encryptionKeys;
  }

  look() {
    return this.#store.look();
  }

  async read(key) {
    const { value, ttlMs, now } = await this.#store.read(key);
    return { value, ttlMs: ttlMs * this.#factor, now: now * this.#factor };
  }

  write(key, value, { ttlMs, replaces, notAfter }) {
    return this.#store.write(key, value, {
      ttlMs: ttlMs / this.#factor,
      replaces,
      notAfter: notAfter / this.#factor,
    });
  }

  tryLock(key, owner, { leaseMs, notAfter }) {
    return this.#store.tryLock(key, owner, {
      leaseMs: leaseMs / this.#factor,
      notAfter: notAfter / this.#factor,
    });
  }

  unlock(key, owner) {
    return this.#store.unlock(key, owner);
  }
}
