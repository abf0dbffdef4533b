import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { TokenRequestError } from '../errors/token-request.error.js';
import { AccessToken } from '../token/access-token.js';
import type { ClientCredentials } from '../credential/client-credentials.js';
import type { CredentialsResolver } from '../credential/credentials-resolver.js';
import type { DecisionLog } from '../token/decision-log.js';
import type { FailureMemory } from '../credential/failure-memory.js';
import type { ClockReading, TokenClock } from '../token/token-clock.js';
import { exchangeInTime } from './token-exchange.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import {
  explainHold,
  heldBack,
  longestHold,
  type TokenHold,
} from '../token/token-hold.js';
import {
  drawRefreshAfterMs,
  type RefreshSettings,
  tokenAgeMs,
  tokenState,
} from '../token/token-lifetime.js';
import type { TokenRequestBudget } from '../credential/request-budget.js';
import { printableUrl } from '../token/printable-url.js';
import { buildTokenRequest, type TokenEndpoint } from './token-request.js';
import { type GrantedToken, readTokenResponse } from './token-response.js';
import type { TokenTransport } from './token-transport.js';
import { TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions } from '../token/token-source.js';

/** What a {@link ClientCredentialsTokenSource} works with. */
export interface ClientCredentialsParts {
  readonly endpoint: TokenEndpoint;
  readonly credentials: CredentialsResolver;
  readonly transport: TokenTransport;
  readonly clock: TokenClock;
  readonly failures: FailureMemory;
  readonly budget: TokenRequestBudget;
  readonly decisions: DecisionLog;
  readonly refresh: RefreshSettings;
  /** How long one token request may take, in milliseconds. */
  readonly attemptMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Makes one client credentials exchange a call; never caches and never retries.
 *
 * Stands at the wire: it keeps the failure memory and the budget, and makes no request that they do not permit.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export class ClientCredentialsTokenSource extends TokenLayer {
  readonly #parts: ClientCredentialsParts;

  constructor(parts: ClientCredentialsParts) {
    super();
    this.#parts = parts;
  }

  override get clientId(): string | undefined {
    return this.#parts.credentials.current?.clientId;
  }

  /**
   * @throws {TokenRequestError} when the exchange fails.
   * @throws {TokenUnavailableError} when it is not permitted now.
   */
  override async getToken({
    signal,
    unauthorized,
  }: GetTokenOptions = {}): Promise<AccessToken> {
    const { failures, budget } = this.#parts;
    const credentials = await this.#credentials(signal);
    const hold = failures.holdOf(credentials.fingerprint) ?? this.#budgetHold();
    if (hold !== undefined) throw heldBack(hold);
    try {
      const token = await this.#exchange(
        credentials,
        unauthorized?.token,
        signal,
      );
      failures.recordSuccess(credentials.fingerprint);
      budget.paceFor(token.lifetimeMs);
      return token;
    } catch (error) {
      throw this.#recorded(error, credentials.fingerprint);
    }
  }

  override hold(): TokenHold | undefined {
    const { credentials, failures } = this.#parts;
    const { current } = credentials;
    const ofPair = current && failures.holdOf(current.fingerprint);
    const ofAllPairs = longestHold([failures.backOff(), this.#budgetHold()]);
    return ofPair !== undefined && credentials.canRenew
      ? (ofAllPairs ?? { ...ofPair, mayBeLifted: true })
      : longestHold([ofPair, ofAllPairs]);
  }

  override explain(): TokenExplanation {
    return {
      mode: 'client-credentials',
      clientId: this.clientId,
      hold: explainHold(this.hold()),
      budgetLeft: this.#parts.budget.left,
    };
  }

  override reset(): void {
    this.#parts.failures.reset();
    this.#parts.credentials.expire();
  }

  /** Credentials that are held back or were refused last are looked up anew, where a function may give better ones. */
  async #credentials(
    signal: AbortSignal | undefined,
  ): Promise<ClientCredentials> {
    const { credentials } = this.#parts;
    const { current } = credentials;
    return current === undefined ||
      (credentials.canRenew && this.#isInDoubt(current))
      ? this.#renewed(current, signal)
      : current;
  }

  /** Where the function fails or hangs, a pair that is not held back any more is tried again. */
  async #renewed(
    current: ClientCredentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ClientCredentials> {
    const { credentials, failures, decisions, attemptMs } = this.#parts;
    const isUsable = () =>
      current !== undefined &&
      failures.holdOf(current.fingerprint) === undefined;
    try {
      const renewed = isUsable()
        ? await credentials.renewWithin(attemptMs, signal)
        : await credentials.renew(signal);
      if (current !== undefined && renewed.fingerprint !== current.fingerprint)
        decisions.record({
          type: 'credentials-changed',
          clientIdChanged: renewed.clientId !== current.clientId,
        });
      return renewed;
    } catch (error) {
      if (
        !(error instanceof TokenRequestError) ||
        signal?.aborted ||
        current === undefined ||
        !isUsable()
      )
        throw this.#recorded(error, '');
      decisions.record({ type: 'credentials-kept', message: error.message });
      return current;
    }
  }

  #isInDoubt({ fingerprint }: ClientCredentials): boolean {
    const { credentials, failures } = this.#parts;
    return (
      credentials.isExpired ||
      failures.wasRefused(fingerprint) ||
      failures.holdOf(fingerprint) !== undefined
    );
  }

  async #exchange(
    credentials: ClientCredentials,
    unauthorized: AccessToken | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AccessToken> {
    const { endpoint, transport, clock, attemptMs } = this.#parts;
    const request = buildTokenRequest(endpoint, credentials, { unauthorized });
    const issuedAt = clock.read();
    this.#parts.budget.spend();
    const response = await exchangeInTime(
      transport,
      request,
      clock,
      attemptMs,
      signal,
    );
    const label = printableUrl(endpoint.url);
    const granted = readTokenResponse(response, label, clock.wallNow());
    return this.#token(granted, issuedAt, label);
  }

  #token(
    { value, lifetimeMs, lifetimeFrom }: GrantedToken,
    issuedAt: ClockReading,
    endpoint: string,
  ): AccessToken {
    const { clock, random, refresh, decisions } = this.#parts;
    if (lifetimeFrom !== 'expires_in')
      decisions.recordOnce({
        type: 'lifetime-assumed',
        lifetimeMs,
        from: lifetimeFrom,
      });
    const token = new AccessToken(value, {
      lifetimeMs,
      refreshAfterMs: drawRefreshAfterMs(lifetimeMs, random(), refresh),
      issuedAt,
    });
    const ageMs = tokenAgeMs(token, clock);
    if (tokenState(token, ageMs, refresh.safetyMs) !== 'expired') return token;
    throw new TokenRequestError(
      AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
      `The token of ${endpoint} had expired when it arrived: it lives for ${lifetimeMs} ms and is ${Math.round(ageMs)} ms old. Was the clock set meanwhile?`,
      { failure: 'transient' },
    );
  }

  /** Whoever calls off a request does not make it a failure of the endpoint. */
  #recorded(error: unknown, fingerprint: string): unknown {
    if (error instanceof TokenRequestError)
      this.#parts.failures.record(error, fingerprint);
    return error;
  }

  #budgetHold(): TokenHold | undefined {
    const remainingMs = this.#parts.budget.waitMs();
    return remainingMs > 0 ? { reason: 'budget', remainingMs } : undefined;
  }
}
