import { randomUUID } from 'node:crypto';

import {
  AsposeAuthErrorCode,
  isAsposeAuthError,
  TokenRequestError,
  TokenUnavailableError,
} from '../errors/errors.js';
import { abortable } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/token-event.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import {
  CLOSED,
  explainHold,
  heldBack,
  longestHold,
  type TokenHold,
} from '../token/token-hold.js';
import {
  type LayerRequest,
  type TokenDemand,
  TokenLayer,
} from '../token/token-layer.js';
import { tokenAgeMs } from '../token/token-lifetime.js';

import { type AttemptNote, wasRefused } from './attempt.js';
import type { AttemptSenderParts } from './attempt-sender.js';
import { type Attempts, FetchedElsewhere } from './attempts.js';
import { drawPauseMs } from './back-off.js';
import type { ClientCredentials } from './client-credentials.js';
import { credentialKey, type CredentialMemory } from './credential-memory.js';
import { CredentialRecord } from './credential-record.js';
import type { CredentialsResolver } from './credentials-resolver.js';

/** What a {@link CredentialTokenSource} works with. */
export interface CredentialParts extends Pick<
  AttemptSenderParts,
  'url' | 'clock' | 'retry' | 'attemptMs' | 'random'
> {
  readonly attempts: Attempts;
  readonly credentials: CredentialsResolver;
  readonly memory: CredentialMemory;
  readonly decisions: DecisionLog;
}

/**
 * Fetches tokens with a pair that may ask for one now.
 *
 * All towers with one credential share its record: the attempt under way, what came of earlier ones, the newest token.
 * A pause after a transient failure is left to the layer above.
 */
export class CredentialTokenSource extends TokenLayer {
  readonly #parts: CredentialParts;
  /** The failures of the `credentials` function, which come before there is a pair. Made with the first of them. */
  #resolving: CredentialRecord | undefined;
  #inUse:
    | { pair: ClientCredentials; key: string; record: CredentialRecord }
    | undefined;
  #lastToken: AccessToken | undefined;
  #isClosed = false;

  constructor(parts: CredentialParts) {
    super();
    this.#parts = parts;
  }

  override get clientId(): string | undefined {
    return this.#parts.credentials.current?.clientId;
  }

  /**
   * @throws {TokenRequestError} when the attempt fails, its own or one that it joined.
   * @throws {TokenUnavailableError} when no attempt is permitted now.
   */
  override async getToken(options: LayerRequest = {}): Promise<AccessToken> {
    const { signal, unauthorized, demand, hasPaused } = options;
    const pair = await this.#pair(signal);
    signal?.throwIfAborted();
    if (this.#isClosed) throw heldBack(CLOSED);
    const record = this.#recordOf(pair);
    try {
      this.#lastToken =
        this.#newerTokenIn(record) ??
        (await abortable(
          this.#parts.attempts.send(record, {
            pair,
            unauthorized,
            demand,
            hasPaused,
            signal,
            mayHaveAnother:
              this.#parts.credentials.canRenew && !wasRefused(record.log),
            newerThan: this.#lastToken,
          }),
          signal,
        ));
    } catch (error) {
      if (signal?.aborted) throw error;
      if (this.#isWorthAnotherTry(error, record, demand))
        return this.getToken(options);
      const late = this.#newerTokenIn(record);
      if (late === undefined) throw error;
      this.#lastToken = late;
    }
    return this.#lastToken;
  }

  override hold(): TokenHold | undefined {
    if (this.#isClosed) return CLOSED;
    const ofFunction = this.#resolving?.holds() ?? [];
    const record = this.#record;
    if (record === undefined) return longestHold(ofFunction);
    if (record.underWay !== undefined || this.#newerTokenIn(record))
      return undefined;
    const ofPair = refusalOf(record);
    return ofPair !== undefined && this.#parts.credentials.canRenew
      ? (longestHold(ofFunction) ?? { ...ofPair, mayBeLifted: true })
      : longestHold([...ofFunction, ...this.#parts.attempts.holds(record)]);
  }

  override explain(): TokenExplanation {
    return {
      ...this.#parts.attempts.explain(),
      mode: 'client-credentials',
      clientId: this.clientId,
      hold: explainHold(this.hold()),
      budgetLeft: (this.#record ?? this.#ofFunction).budget.left,
    };
  }

  override reset(): void {
    if (this.#record !== undefined && this.#inUse !== undefined)
      this.#parts.attempts.reset(this.#inUse.record, this.#inUse.pair);
    this.#resolving?.reset();
    this.#parts.credentials.expire();
  }

  override get isListening(): boolean {
    return this.#parts.attempts.isListening;
  }

  override retire(): void {
    this.#isClosed = true;
    this.#leaveRecord();
  }

  override close(): void {
    this.retire();
    this.#parts.attempts.close(heldBack(CLOSED));
    super.close();
  }

  /** A token that another tower or a late answer brought, young enough for the longest minimum that a caller may set. */
  #newerTokenIn(record: CredentialRecord): AccessToken | undefined {
    const newer = record.tokenNewerThan(this.#lastToken);
    return newer !== undefined &&
      tokenAgeMs(newer, this.#parts.clock) <= newer.lifetimeMs / 2
      ? newer
      : undefined;
  }

  /** Whether an attempt that this source joined ended for reasons that are not its own, or another pair may be had. */
  #isWorthAnotherTry(
    error: unknown,
    record: CredentialRecord,
    demand: TokenDemand | undefined,
  ): boolean {
    if (error instanceof FetchedElsewhere) return demand?.isAwaited === true;
    if (!isAsposeAuthError(error) || this.#isClosed) return false;
    return (
      error.code === AsposeAuthErrorCode.SHUT_DOWN ||
      (error instanceof TokenUnavailableError &&
        this.#parts.credentials.canRenew &&
        (wasRefused(record.log) || refusalOf(record) !== undefined))
    );
  }

  get #ofFunction(): CredentialRecord {
    return (this.#resolving ??= new CredentialRecord(this.#parts.clock));
  }

  /** The record of the current pair. A closed source enters none. */
  get #record(): CredentialRecord | undefined {
    const { current } = this.#parts.credentials;
    return current === undefined || this.#isClosed
      ? this.#inUse?.record
      : this.#recordOf(current);
  }

  #recordOf(pair: ClientCredentials): CredentialRecord {
    if (this.#inUse?.pair === pair) return this.#inUse.record;
    const { memory, url } = this.#parts;
    const key = credentialKey({ url, pair });
    const record = memory.use(key, this);
    if (this.#inUse?.key !== key) {
      this.#leaveRecord();
      this.#lastToken = undefined;
    }
    this.#inUse = { pair, key, record };
    return record;
  }

  #leaveRecord(): void {
    if (this.#inUse !== undefined)
      this.#parts.memory.release(this.#inUse.key, this);
    this.#inUse = undefined;
  }

  /** A pair that is held back or was refused last is looked up again, if a function can supply another. */
  async #pair(signal: AbortSignal | undefined): Promise<ClientCredentials> {
    const { current, canRenew, isExpired } = this.#parts.credentials;
    if (current === undefined) return this.#renewed(current, signal);
    const record = this.#recordOf(current);
    return canRenew &&
      (isExpired || wasRefused(record.log) || refusalOf(record) !== undefined)
      ? this.#renewed(current, signal)
      : current;
  }

  /** If the function fails or hangs, a pair that is no longer held back is tried again. */
  async #renewed(
    current: ClientCredentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ClientCredentials> {
    const { credentials, decisions, attemptMs, retry, random } = this.#parts;
    const record = current && this.#recordOf(current);
    const isUsable = () =>
      record !== undefined && refusalOf(record) === undefined;
    try {
      const renewed = isUsable()
        ? await credentials.renewWithin(attemptMs, signal)
        : await credentials.renew(signal);
      this.#resolving?.settle(callOfFunction(), { type: 'accepted' });
      if (current !== undefined && renewed.fingerprint !== current.fingerprint)
        decisions.record({
          type: 'credentials-changed',
          clientIdChanged: renewed.clientId !== current.clientId,
        });
      return renewed;
    } catch (error) {
      if (!(error instanceof TokenRequestError)) {
        if (credentials.current === undefined) this.#leaveRecord();
        throw error;
      }
      if (signal?.aborted || current === undefined || !isUsable()) {
        const ofFunction = this.#ofFunction;
        const pauseMs = drawPauseMs(retry, ofFunction.failuresInARow, random());
        const outcome = { type: 'failed', pauseMs } as const;
        ofFunction.settle(callOfFunction(), outcome, error);
        throw error;
      }
      decisions.record({ type: 'credentials-kept', message: error.message });
      return current;
    }
  }
}

/** Stands for the call of a `credentials` function in the record of its failures. */
function callOfFunction(): AttemptNote {
  return { id: randomUUID(), at: 0, leaseUntil: 0 };
}

/** How a pair is held back: because it was refused, or because the endpoint asked for it. */
function refusalOf(record: CredentialRecord): TokenHold | undefined {
  const isRefusal = ({ reason }: TokenHold) =>
    reason === 'refused' || reason === 'throttled';
  return longestHold(record.holds().filter(isRefusal));
}
