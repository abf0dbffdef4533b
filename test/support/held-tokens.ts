import {
  AccessToken,
  type GetTokenOptions,
  TokenLayer,
} from '../../lib/index.js';

/** A token source whose callers wait until the test says how it goes on. */
export class HeldTokens extends TokenLayer {
  readonly #waiting: (() => void)[] = [];
  readonly #peeked: AccessToken | undefined;
  readonly #origins: readonly string[] | undefined;
  #isHeld = true;
  #failure: Error | undefined;

  /**
   * @param peeked - the token that is there meanwhile.
   * @param origins - where its tokens may be sent, unless its user says so.
   */
  constructor(peeked?: string, origins?: readonly string[]) {
    super();
    this.#origins = origins;
    this.#peeked = peeked === undefined ? undefined : new AccessToken(peeked);
  }

  /** Hands out tokens from now on, or fails. */
  go(failure?: Error): void {
    this.#isHeld = false;
    this.#failure = failure;
    for (const proceed of this.#waiting.splice(0)) proceed();
  }

  override async getToken({ unauthorized }: GetTokenOptions = {}) {
    if (this.#isHeld)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    return new AccessToken(unauthorized === undefined ? 'first' : 'second');
  }

  override get allowedOrigins() {
    return this.#origins;
  }

  override peekToken(): AccessToken | undefined {
    return this.#peeked;
  }
}
