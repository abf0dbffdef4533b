import type { StoreReadiness } from '../store/token-store.js';
import type { RedisScript } from './redis-scripts.js';

/** One of the clients that an app may have, as the store uses it: for scripts that take one key. */
export abstract class RedisConnection {
  /** What the client is called. */
  abstract readonly name: string;

  #hasBegun = false;

  /** Looks whether the client can be asked. What was ready, answered or failed is not connecting for the first time. */
  look(): StoreReadiness {
    const readiness = this.lookNow();
    if (readiness !== 'connecting') this.#hasBegun = true;
    return readiness === 'connecting' && this.#hasBegun ? 'down' : readiness;
  }

  /** Runs a script, which is sent in full only where it is not known by its SHA-1. */
  async run(
    { sha, text }: RedisScript,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    const answer = await this.evalSha(sha, key, args).catch(
      (error: unknown) => {
        if (!isUnknownScript(error)) throw error;
        return this.eval(text, key, args);
      },
    );
    this.#hasBegun = true;
    return answer;
  }

  /** What the client says of itself; a connection that is made again counts as `connecting`. */
  protected abstract lookNow(): StoreReadiness;

  protected abstract evalSha(
    sha: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown>;

  protected abstract eval(
    text: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown>;
}

/** What a Redis answers that was restarted, flushed its scripts, or took over for another. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
