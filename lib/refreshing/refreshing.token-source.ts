import {
  AsposeAuthErrorCode,
  isAsposeAuthError,
  TokenRequestError,
  TokenUnavailableError,
} from '../errors/errors.js';
import { FetchedElsewhere } from '../credential/attempts.js';
import type { AccessToken } from '../token/access-token.js';
import type {
  ExplainedAcquisitions,
  ExplainedFailure,
  TokenExplanation,
} from '../token/token-explanation.js';
import { explainHold, type TokenHold } from '../token/token-hold.js';
import { DelegatingTokenLayer } from '../token/token-layer.js';
import {
  assertMinimum,
  effectiveMinimumMs,
  type RefreshSettings,
  remainingMs,
  tokenAgeMs,
  type TokenState,
  tokenState,
  usableForMs,
} from '../token/token-lifetime.js';
import type { GetTokenOptions } from '../token/token-source.js';
import type { Flight } from './flight.js';
import {
  type FetchedToken,
  type FetchingParts,
  fetchToken,
} from './token-attempts.js';
import { TokenFlights, type TokenFlightsParts } from './token-flights.js';
import { UnauthorizedMemory } from './unauthorized-memory.js';
import type { Unauthorized } from './unauthorized-policy.js';

/** What a {@link RefreshingTokenSource} works with. */
export interface RefreshingParts extends TokenFlightsParts, FetchingParts {
  readonly refresh: RefreshSettings;
}

/** The flights since the last one that brought a token. */
interface Failure extends Omit<ExplainedFailure, 'forMs'> {
  readonly sinceMs: number;
}

const MAX_FLIGHTS_PER_CALL = 2;

/**
 * Keeps one token in memory and replaces it before it expires, with at most one flight at a time.
 *
 * While it holds a valid token, no failure of the source reaches a caller whose minimum validity that token meets. An
 * unauthorized token is set aside while its renewal is in flight, and dropped only for the token that the renewal brings.
 */
export class RefreshingTokenSource extends DelegatingTokenLayer {
  readonly #parts: RefreshingParts;
  readonly #flights: TokenFlights;
  readonly #unauthorized: UnauthorizedMemory;
  #failure: Failure | undefined;
  #token: AccessToken | undefined;
  #tokenClientId: string | undefined;
  #isClosed = false;
  /** How many tokens were handed out. Fields of its own: in an object beside it, counting costs the hot path 3 %. */
  #fromMemory = 0;
  #fromStore = 0;
  #fromEndpoint = 0;

  constructor(parts: RefreshingParts) {
    super(parts.source);
    this.#parts = parts;
    this.#flights = new TokenFlights(parts, (flight) => this.#fly(flight));
    this.#unauthorized = new UnauthorizedMemory(parts.clock, parts.decisions);
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    const fresh = this.freshToken(options);
    return fresh === undefined
      ? this.#acquire(options ?? {})
      : Promise.resolve(fresh);
  }

  /** The token, if it is fresh and the caller asks for no more than that: then there is nothing to wait for. */
  freshToken(options?: GetTokenOptions): AccessToken | undefined {
    const token = this.#token;
    if (
      (options !== undefined && !asksNothing(options)) ||
      token === undefined ||
      this.#isSetAside ||
      tokenAgeMs(token, this.#parts.clock) >= token.refreshAfterMs
    )
      return undefined;
    this.#fromMemory += 1;
    return token;
  }

  override peekToken(): AccessToken | undefined {
    const token = this.#token;
    return token !== undefined && this.#runwayMs(token) > 0 ? token : undefined;
  }

  override hold(): TokenHold | undefined {
    return this.#flights.hold();
  }

  override reset(): void {
    super.reset();
    this.#unauthorized.reset();
    this.#failure = undefined;
    this.#parts.decisions.record({ type: 'reset' });
  }

  override retire(): void {
    this.#flights.close();
    super.retire();
  }

  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flights.close();
    super.close();
    this.#parts.decisions.record({ type: 'closed' });
  }

  override explain(): TokenExplanation {
    const token = this.#token;
    return {
      ...this.below.explain(),
      token: token && {
        fingerprint: token.fingerprint,
        state: this.#isSetAside ? 'unauthorized' : this.#state(token),
        ageMs: tokenAgeMs(token, this.#parts.clock),
        lifetimeMs: token.lifetimeMs,
        refreshInMs:
          token.refreshAfterMs - tokenAgeMs(token, this.#parts.clock),
        runwayMs: Math.max(0, this.#runwayMs(token)),
      },
      hold: explainHold(this.hold()),
      isRefreshing: this.isRefreshing,
      failure: this.#explainFailure(),
      acquisitions: this.acquisitions,
      origins: this.#unauthorized.explain(),
      decisions: this.#parts.decisions.recent,
    };
  }

  /** How many tokens were handed out, by where they came from. */
  get acquisitions(): ExplainedAcquisitions {
    return {
      memory: this.#fromMemory,
      store: this.#fromStore,
      endpoint: this.#fromEndpoint,
    };
  }

  /** Whether a flight is under way. */
  get isRefreshing(): boolean {
    return this.#flights.current !== undefined;
  }

  async #acquire(options: GetTokenOptions): Promise<AccessToken> {
    const { minValidityMs = 0, signal, unauthorized } = options;
    signal?.throwIfAborted();
    assertMinimum(minValidityMs);
    if (unauthorized === undefined) return this.#obtain(minValidityMs, signal);
    const { token, origin = '' } = unauthorized;
    if (!this.#replaces({ token, origin })) return token;
    try {
      return await this.#obtain(minValidityMs, signal, token);
    } catch (error) {
      if (signal?.aborted || this.peekToken()?.value !== token.value)
        throw error;
      return token;
    }
  }

  /** Waits as long as the token's state requires; with an unauthorized token, until its renewal ends. */
  async #obtain(
    minValidityMs: number,
    signal: AbortSignal | undefined,
    unauthorized?: AccessToken,
  ): Promise<AccessToken> {
    const before = this.#token;
    let flights = 0;
    let hasWaited = false;
    for (;;) {
      const token = this.#token;
      const state = token === undefined ? 'expired' : this.#state(token);
      const isEnough =
        token !== undefined &&
        (flights > 0 ||
          (token.value !== unauthorized?.value &&
            this.#spareMs(token, minValidityMs) >= 0));
      if (token === undefined || state === 'expired' || !isEnough) {
        if (flights === MAX_FLIGHTS_PER_CALL)
          throw new TokenUnavailableError(
            'Every token had already expired when it arrived. Was the clock of this machine set just now?',
            {},
            AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
          );
        const flight = this.#flights.fetch(this.peekToken() !== undefined);
        flight.isUrgent = true;
        flight.minValidityMs = Math.max(flight.minValidityMs, minValidityMs);
        await flight.join(signal).catch((error: unknown) => {
          throw error instanceof TokenRequestError
            ? error.with({ retryAfterMs: this.hold()?.remainingMs })
            : error;
        });
        flights += 1;
      } else if ((state === 'must-refresh' || this.#isSetAside) && !hasWaited) {
        await this.#waitBriefly(token, minValidityMs, signal);
        hasWaited = true;
      } else {
        if (state === 'refresh-soon') this.#flights.refresh();
        if (token === before) this.#fromMemory += 1;
        else if (token.shared === undefined) this.#fromEndpoint += 1;
        else this.#fromStore += 1;
        return token;
      }
    }
  }

  /** Whether the caller gets another token than the unauthorized one. Otherwise the 401 is passed on. */
  #replaces(unauthorized: Unauthorized): boolean {
    const hold = this.hold();
    const flight = this.#flights.current;
    const verdict = this.#unauthorized.judge(unauthorized, {
      current: this.#isSetAside ? undefined : this.peekToken(),
      hold,
      isFlying: flight?.signal.aborted === false,
    });
    const useless = this.#unauthorized.uselessAt(unauthorized.origin);
    if (verdict === 'renew') this.#flights.renew({ ...unauthorized, useless });
    if (verdict === 'pass-through' && hold?.mayBeLifted)
      this.#flights.refresh();
    return verdict !== 'pass-through';
  }

  /** Whether the current token is unauthorized, and its renewal is in flight. */
  get #isSetAside(): boolean {
    const replaced = this.#flights.current?.unauthorized;
    return (
      replaced !== undefined && replaced.token.value === this.#token?.value
    );
  }

  /** Waits for a running refresh, but never so long that the current token expires or falls short of the minimum. */
  async #waitBriefly(
    token: AccessToken,
    minValidityMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const flight = this.#flights.refresh();
    if (flight === undefined) return;
    const limitMs = Math.min(
      this.#parts.refresh.patienceMs - flight.ageMs,
      this.#runwayMs(token) / 2,
      this.#spareMs(token, minValidityMs) / 2,
    );
    if (limitMs > 0) await flight.joinFor(limitMs, signal);
  }

  async #fly(flight: Flight): Promise<AccessToken> {
    try {
      const fetched = await fetchToken(this.#parts, flight);
      this.#keep(fetched, flight);
      return fetched.token;
    } catch (error) {
      if (this.clientId !== this.#tokenClientId) this.#token = undefined;
      if (!this.#flights.isClosed) this.#recordFailure(error, flight);
      throw error;
    }
  }

  #keep({ token, attempts }: FetchedToken, flight: Flight): void {
    const replaced = this.#isSetAside ? undefined : this.peekToken();
    this.#failure = undefined;
    this.#token = token;
    this.#tokenClientId = this.clientId;
    this.#unauthorized.adopt(token);
    // A token that another tower asked for before proves nothing about renewals.
    const isOfThisFlight = token.issuedAt.monotonicMs >= flight.startedAtMs;
    if (flight.unauthorized !== undefined && isOfThisFlight)
      this.#unauthorized.renewed(flight.unauthorized, token);
    this.#parts.decisions.record({
      ...(replaced === undefined
        ? { type: 'fetched' }
        : { type: 'refreshed', replacedWithMs: this.#runwayMs(replaced) }),
      token: token.fingerprint,
      lifetimeMs: token.lifetimeMs,
      durationMs: flight.ageMs,
      attempts,
    });
  }

  #recordFailure(error: unknown, flight: Flight): void {
    // What holds the credentials back has been reported already.
    if (error instanceof TokenUnavailableError && error.cause !== undefined)
      return;
    if (error instanceof FetchedElsewhere) return;
    const isAnswer = error instanceof TokenRequestError;
    const token = this.peekToken();
    const hold = this.hold();
    if (isAnswer && error.failure === 'ending' && token !== undefined) {
      this.#parts.decisions.record({
        type: 'refresh-deferred',
        runwayMs: this.#runwayMs(token),
        retryAfterMs: hold?.remainingMs,
      });
      return;
    }
    const code = isAsposeAuthError(error) ? error.code : undefined;
    const status = isAnswer ? error.status : undefined;
    const { flights = 0, sinceMs = this.#parts.clock.monotonicNow() } =
      this.#failure ?? {};
    this.#failure = { code, status, flights: flights + 1, sinceMs };
    this.#parts.decisions.record({
      type: 'refresh-failed',
      code,
      status,
      attempts: isAnswer ? error.attempts : 0,
      message: messageOf(error),
      durationMs: flight.ageMs,
      runwayMs: token === undefined ? 0 : this.#runwayMs(token),
      hold: hold?.reason,
      retryAfterMs: hold?.remainingMs,
    });
  }

  #explainFailure(): ExplainedFailure | undefined {
    if (this.#failure === undefined) return undefined;
    const { sinceMs, ...failure } = this.#failure;
    return { ...failure, forMs: this.#parts.clock.monotonicNow() - sinceMs };
  }

  #state(token: AccessToken): TokenState {
    return tokenState(
      token,
      tokenAgeMs(token, this.#parts.clock),
      this.#parts.refresh.safetyMs,
    );
  }

  /** For how much longer a token may be sent, in milliseconds. */
  #runwayMs(token: AccessToken): number {
    return (
      usableForMs(token.lifetimeMs, this.#parts.refresh.safetyMs) -
      tokenAgeMs(token, this.#parts.clock)
    );
  }

  /** By how much the validity of a token exceeds the minimum that was asked for; negative if it falls short. */
  #spareMs(token: AccessToken, askedMs: number): number {
    const effectiveMs = effectiveMinimumMs(askedMs, token);
    if (effectiveMs < askedMs)
      this.#parts.decisions.recordOnce({
        type: 'minimum-cut',
        askedMs,
        effectiveMs,
      });
    return remainingMs(token, this.#parts.clock) - effectiveMs;
  }
}

function asksNothing({
  minValidityMs,
  unauthorized,
  signal,
}: GetTokenOptions): boolean {
  return (
    minValidityMs === undefined &&
    unauthorized === undefined &&
    !signal?.aborted
  );
}

/** Not every value has a text. */
function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : `not an error: ${typeof thrown}`;
}
