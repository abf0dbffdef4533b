import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { isAsposeAuthError } from '../errors/aspose-auth.error.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { TokenRequestError } from '../errors/token-request.error.js';
import { TokenUnavailableError } from '../errors/token-unavailable.error.js';
import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/decision-log.js';
import { flightClearance } from './flight-clearance.js';
import type {
  Unauthorized,
  UnauthorizedMemory,
} from './unauthorized-memory.js';
import { type Flight, SingleFlight } from './single-flight.js';
import { type FetchedToken, fetchToken } from './token-attempts.js';
import type { TokenClock } from '../token/token-clock.js';
import type { TokenRefreshFailedEvent } from '../token/token-event.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import {
  CLOSED,
  explainHold,
  heldBack,
  type TokenHold,
} from '../token/token-hold.js';
import {
  effectiveMinimumMs,
  type RefreshSettings,
  tokenAgeMs,
  type TokenState,
  tokenState,
  usableForMs,
} from '../token/token-lifetime.js';
import { DelegatingTokenLayer, type TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions } from '../token/token-source.js';

/** What a {@link RefreshingTokenSource} works with. */
export interface RefreshingParts {
  /** Where new tokens come from. */
  readonly source: TokenLayer;
  readonly clock: TokenClock;
  readonly decisions: DecisionLog;
  readonly unauthorized: UnauthorizedMemory;
  readonly refresh: RefreshSettings;
  /** How long getting a token may take, all attempts included, in milliseconds. */
  readonly flightMs: number;
  /** How many attempts are made for a caller who waits without a valid token. */
  readonly attempts: number;
}

const MAX_FLIGHTS_PER_CALL = 2;

/**
 * Keeps one token in memory and has it replaced ahead of its expiry, by at most one request at a time.
 *
 * While it holds a valid token, no failure of the source reaches a caller whose minimum that token meets. A unauthorized
 * token is set aside while its renewal is in flight, and given up only for the token that this brings.
 */
export class RefreshingTokenSource extends DelegatingTokenLayer {
  readonly #parts: RefreshingParts;
  readonly #clock: TokenClock;
  readonly #flights: SingleFlight<AccessToken>;
  #token: AccessToken | undefined;
  #tokenClientId: string | undefined;
  #isClosed = false;

  constructor(parts: RefreshingParts) {
    super(parts.source);
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#flights = new SingleFlight(parts.clock, parts.flightMs, gaveNoToken);
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    const token = this.#token;
    if (
      (options === undefined || asksNothing(options)) &&
      token !== undefined &&
      !this.#isSetAside &&
      tokenAgeMs(token, this.#clock) < token.refreshAfterMs
    )
      return Promise.resolve(token);
    return this.#acquire(options ?? {});
  }

  override peekToken(): AccessToken | undefined {
    const token = this.#token;
    return token !== undefined && this.#runwayMs(token) > 0 ? token : undefined;
  }

  override hold(): TokenHold | undefined {
    return this.#isClosed ? CLOSED : this.below.hold();
  }

  override reset(): void {
    super.reset();
    this.#parts.unauthorized.reset();
    this.#parts.decisions.record({ type: 'reset' });
  }

  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flights.current?.abort(heldBack(CLOSED));
    super.close();
    this.#parts.decisions.record({ type: 'closed' });
  }

  override explain(): TokenExplanation {
    const token = this.#token;
    const { unauthorized, decisions } = this.#parts;
    return {
      ...this.below.explain(),
      token: token && {
        fingerprint: token.fingerprint,
        state: this.#isSetAside ? 'unauthorized' : this.#state(token),
        ageMs: tokenAgeMs(token, this.#clock),
        lifetimeMs: token.lifetimeMs,
        refreshInMs: token.refreshAfterMs - tokenAgeMs(token, this.#clock),
        runwayMs: Math.max(0, this.#runwayMs(token)),
      },
      hold: explainHold(this.hold()),
      isRefreshing: this.#flights.current !== undefined,
      origins: unauthorized.explain(),
      decisions: decisions.recent,
    };
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

  /** Waits as long as the token's state warrants; an asker whose token is unauthorized waits for the end of its renewal. */
  async #obtain(
    minValidityMs: number,
    signal: AbortSignal | undefined,
    unauthorized?: AccessToken,
  ): Promise<AccessToken> {
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
        if (flights === MAX_FLIGHTS_PER_CALL) throw expiredOnArrival();
        const flight = this.#flights.current ?? this.#launchOrThrow();
        await this.#board(flight, signal);
        flights += 1;
      } else if ((state === 'must-refresh' || this.#isSetAside) && !hasWaited) {
        await this.#waitBriefly(token, minValidityMs, signal);
        hasWaited = true;
      } else {
        if (state === 'refresh-soon') this.#refreshInBackground();
        return token;
      }
    }
  }

  /** Whether the asker gets another token than the unauthorized one; otherwise its 401 is to be passed on. */
  #replaces(unauthorized: Unauthorized): boolean {
    const hold = this.hold();
    const flight = this.#flights.current;
    const verdict = this.#parts.unauthorized.judge(unauthorized, {
      current: this.#isSetAside ? undefined : this.peekToken(),
      hold,
      isFlying: flight?.signal.aborted === false,
    });
    if (verdict === 'renew') this.#renew(unauthorized);
    if (verdict === 'pass-through' && hold?.mayBeLifted)
      this.#refreshInBackground();
    return verdict !== 'pass-through';
  }

  /** Gives the unauthorized token to the flight that is to replace it. */
  #renew(unauthorized: Unauthorized): void {
    const flight = this.#flights.current;
    if (flight === undefined) this.#launch(unauthorized);
    else
      flight.unauthorized = {
        ...unauthorized,
        joinedAtMs: this.#clock.monotonicNow(),
      };
  }

  /** Whether the current token is unauthorized, and its renewal is in flight. */
  get #isSetAside(): boolean {
    const replaced = this.#flights.current?.unauthorized;
    return (
      replaced !== undefined && replaced.token.value === this.#token?.value
    );
  }

  /** Waits for a new token: there is nothing else to go on with. */
  async #board(
    flight: Flight<AccessToken>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    flight.isUrgent = true;
    try {
      await flight.join(signal);
    } catch (error) {
      throw error instanceof TokenRequestError
        ? error.with({ retryAfterMs: this.hold()?.remainingMs })
        : error;
    }
  }

  /** Lets a running refresh land, but not at the price of the token at hand. */
  async #waitBriefly(
    token: AccessToken,
    minValidityMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const flight = this.#refreshInBackground();
    if (flight === undefined) return;
    const limitMs = Math.min(
      this.#parts.refresh.patienceMs - flight.ageMs,
      this.#runwayMs(token) / 2,
      this.#spareMs(token, minValidityMs) / 2,
    );
    if (limitMs > 0) await flight.joinFor(limitMs, signal);
  }

  #refreshInBackground(): Flight<AccessToken> | undefined {
    const current = this.#flights.current;
    if (current !== undefined) return current;
    const clearance = flightClearance(this.hold(), { for: 'refresh' });
    return clearance === 'go' ? this.#launch() : undefined;
  }

  /** A short hold is waited out in flight. */
  #launchOrThrow(): Flight<AccessToken> {
    const hold = this.hold();
    const clearance = flightClearance(hold, {
      for: 'caller',
      hasToken: this.peekToken() !== undefined,
      leftMs: this.#parts.flightMs,
    });
    if (hold !== undefined && clearance === 'stay') throw heldBack(hold);
    return this.#launch();
  }

  #launch(unauthorized?: Unauthorized): Flight<AccessToken> {
    return this.#flights.launch((flight) => this.#fly(flight), unauthorized);
  }

  async #fly(flight: Flight<AccessToken>): Promise<AccessToken> {
    try {
      const fetched = await fetchToken(this.#parts, flight);
      this.#keep(fetched, flight);
      return fetched.token;
    } catch (error) {
      if (this.clientId !== this.#tokenClientId) this.#token = undefined;
      if (!this.#isClosed) this.#recordFailure(error, flight);
      throw error;
    }
  }

  #keep({ token, attempts }: FetchedToken, flight: Flight<AccessToken>): void {
    const replaced = this.#isSetAside ? undefined : this.peekToken();
    this.#token = token;
    this.#tokenClientId = this.clientId;
    // A token that another tower asked for before proves nothing about renewals.
    const isOfThisFlight = token.issuedAt.monotonicMs >= flight.startedAtMs;
    if (flight.unauthorized !== undefined && isOfThisFlight)
      this.#parts.unauthorized.renewed(flight.unauthorized, token);
    const fetched = {
      token: token.fingerprint,
      lifetimeMs: token.lifetimeMs,
      durationMs: flight.ageMs,
      attempts,
    };
    this.#parts.decisions.record(
      replaced === undefined
        ? { type: 'fetched', ...fetched }
        : {
            type: 'refreshed',
            ...fetched,
            replacedWithMs: this.#runwayMs(replaced),
          },
    );
  }

  #recordFailure(error: unknown, flight: Flight<AccessToken>): void {
    // What holds the credentials back was told when it happened; that they are still the same is no news.
    if (error instanceof TokenUnavailableError && error.cause !== undefined)
      return;
    const hold = this.hold();
    const token = this.peekToken();
    this.#parts.decisions.record({
      type: 'refresh-failed',
      ...failureFacts(error),
      durationMs: flight.ageMs,
      runwayMs: token === undefined ? 0 : this.#runwayMs(token),
      hold: hold?.reason,
      retryAfterMs: hold?.remainingMs,
    });
  }

  #state(token: AccessToken): TokenState {
    return tokenState(
      token,
      tokenAgeMs(token, this.#clock),
      this.#parts.refresh.safetyMs,
    );
  }

  /** For how much longer a token may be sent. */
  #runwayMs(token: AccessToken): number {
    return (
      usableForMs(token.lifetimeMs, this.#parts.refresh.safetyMs) -
      tokenAgeMs(token, this.#clock)
    );
  }

  /** How much longer a token is valid than a caller insists on; negative when it is not. */
  #spareMs(token: AccessToken, askedMs: number): number {
    const effectiveMs = effectiveMinimumMs(askedMs, token);
    if (effectiveMs < askedMs)
      this.#parts.decisions.recordOnce({
        type: 'minimum-cut',
        askedMs,
        effectiveMs,
      });
    return token.lifetimeMs - tokenAgeMs(token, this.#clock) - effectiveMs;
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

function gaveNoToken(flightMs: number): TokenRequestError {
  return TokenRequestError.timeout('gave no token', flightMs);
}

function expiredOnArrival(): TokenUnavailableError {
  return new TokenUnavailableError(
    'Every token had already expired when it arrived. Was the clock of this machine set just now?',
    {},
    AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
  );
}

function assertMinimum(minValidityMs: number): void {
  if (minValidityMs >= 0) return;
  throw new InvalidOptionsError(
    [
      `minValidityMs must be a number of milliseconds from 0 up, not ${minValidityMs}.`,
    ],
    { what: 'No token can be asked for' },
  );
}

function failureFacts(
  error: unknown,
): Pick<TokenRefreshFailedEvent, 'code' | 'status' | 'attempts' | 'message'> {
  const isAnswer = error instanceof TokenRequestError;
  return {
    code: isAsposeAuthError(error) ? error.code : undefined,
    status: isAnswer ? error.status : undefined,
    attempts: isAnswer ? error.attempts : 0,
    message: error instanceof Error ? error.message : printed(error),
  };
}

/** Not every value has a text. */
function printed(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `not an error: ${typeof thrown}`;
}
