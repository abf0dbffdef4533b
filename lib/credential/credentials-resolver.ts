import {
  AsposeAuthErrorCode,
  isAsposeAuthError,
  TokenRequestError,
} from '../errors/errors.js';
import { abortable, withDeadline } from '../token/abortable.js';
import {
  ClientCredentials,
  type ClientCredentialsInput,
  credentialProblems,
} from './client-credentials.js';
import type { TokenClock } from '../token/token-clock.js';

/**
 * Returns the client id and secret to use now: read from a vault, a mounted file, a rotation service.
 *
 * Called before the first token request, and again only while the last answer is refused, at most once per 5 s.
 */
export type CredentialsFactory = (context: {
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal: AbortSignal;
}) => ClientCredentialsInput | Promise<ClientCredentialsInput>;

const MIN_INTERVAL_MS = 5_000;

/** Holds the credentials that are in use, and knows when it may ask for others. */
export class CredentialsResolver {
  /** Where the app's function is given. */
  protected readonly option: string = 'credentials';
  readonly #clock: TokenClock;
  readonly #factory: CredentialsFactory | undefined;
  #current: ClientCredentials | undefined;
  #pending: Promise<ClientCredentials> | undefined;
  #resolvedAtMs: number | undefined;

  constructor(
    credentials: ClientCredentialsInput | CredentialsFactory,
    clock: TokenClock,
  ) {
    this.#clock = clock;
    if (typeof credentials === 'function') this.#factory = credentials;
    else this.#current = new ClientCredentials(credentials);
  }

  /** The credentials in use; undefined before a factory was first asked. */
  get current(): ClientCredentials | undefined {
    return this.#current;
  }

  /** Whether the factory may be asked again already. Never true of a fixed pair. */
  get canRenew(): boolean {
    return (
      this.#factory !== undefined &&
      this.#clock.monotonicNow() - (this.#resolvedAtMs ?? -Infinity) >=
        MIN_INTERVAL_MS
    );
  }

  /** Whether the factory is to be asked before the pair is used again. Never true of a fixed pair. */
  get isExpired(): boolean {
    return this.#factory !== undefined && this.#resolvedAtMs === undefined;
  }

  /** Has the factory asked before the pair is used again, however little ago it was. */
  expire(): void {
    this.#resolvedAtMs = undefined;
  }

  /**
   * Asks the factory. Safe to call concurrently: it runs once.
   *
   * @throws {TokenRequestError} a transient one, when the factory fails, takes too long or gives what cannot be used.
   * @throws the signal's reason, once it aborts; the factory is then asked again next time, unless it answers before.
   */
  async renew(signal: AbortSignal | undefined): Promise<ClientCredentials> {
    this.#pending ??= this.#ask(signal ?? new AbortController().signal);
    const pending = this.#pending;
    try {
      this.#current = await abortable(pending, signal);
      return this.#current;
    } catch (error) {
      // The deadline of the flight, which knows nothing of what it was spent on.
      if (signal?.aborted && signal.reason instanceof TokenRequestError)
        throw this.#unavailable('did not answer in time.');
      throw error;
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  /** The same, but waits no longer than a limit: for when the current pair can be used instead. */
  renewWithin(
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<ClientCredentials> {
    const overdue = () => this.#unavailable('did not answer in time.');
    const work = (either: AbortSignal) => this.renew(either);
    return withDeadline(this.#clock, limitMs, overdue, work, signal);
  }

  async #ask(signal: AbortSignal): Promise<ClientCredentials> {
    const before = this.#current;
    this.#resolvedAtMs = this.#clock.monotonicNow();
    let input: ClientCredentialsInput | null | undefined;
    try {
      input = await this.#factory?.({ signal });
      // Read once, and here: what reads a file when it is looked at may fail as well.
      if (typeof input === 'object' && input !== null)
        input = { clientId: input.clientId, clientSecret: input.clientSecret };
    } catch (error) {
      if (isNobodys(error)) {
        this.#current = undefined;
        throw error;
      }
      throw this.#unavailable(
        `failed (${kindOf(error)}). Its message is not repeated, since it may quote the secret: log it in that function.`,
      );
    }
    if (typeof input !== 'object' || input === null)
      throw this.#unavailable(
        `returned ${input === null ? 'null' : typeof input}, not { clientId, clientSecret }.`,
      );
    const problems = credentialProblems(input);
    if (problems.length > 0)
      throw this.#unavailable(
        `returned something unusable: ${problems.join(' ')}`,
      );
    const answered = new ClientCredentials(input);
    // Also when nobody waits any more: a vault that takes long would never be heard.
    if (this.#current === before) this.#current = answered;
    return answered;
  }

  /** Takes no cause: an error of the vault's HTTP client could hold the vault's own token. */
  #unavailable(what: string): TokenRequestError {
    return new TokenRequestError(
      AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
      `The function given as the option ${this.option} ${what}`,
      { failure: 'transient', attempts: 0 },
    );
  }
}

/** Whether a tenant's look-up says that there is no such tenant. */
function isNobodys(error: unknown): boolean {
  return (
    isAsposeAuthError(error) &&
    error.code === AsposeAuthErrorCode.UNKNOWN_TENANT
  );
}

/** A code or class name, such as `ENOENT` or `SyntaxError`: a message may quote what it could not read. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const kind = 'code' in error ? error.code : error.name;
  return typeof kind === 'string' && /^[A-Za-z]\w{0,40}$/.test(kind)
    ? kind
    : 'Error';
}
