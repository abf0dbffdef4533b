import type { StoreReadiness } from '../store/token-store.js';

/** One of the clients that an app may have, as the store uses it: for scripts that take one key. */
export abstract class RedisConnection {
  /** What the client is called. */
  abstract readonly name: string;

  #hasBegun = false;

  /** Looks whether the client can be asked. What was ready or failed once is not connecting for the first time. */
  look(): StoreReadiness {
    const readiness = this.lookNow();
    if (readiness !== 'connecting') this.#hasBegun = true;
    return readiness === 'connecting' && this.#hasBegun ? 'down' : readiness;
  }

  /** What the client says of itself; a connection that is made again counts as `connecting`. */
  protected abstract lookNow(): StoreReadiness;

  /** Runs a script that the server knows by its SHA-1. */
  abstract evalSha(
    sha: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown>;

  /** Runs a script, which the server knows by its SHA-1 from then on. */
  abstract eval(
    script: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown>;
}
