import { type AsposeAuthErrorCode } from '../errors/errors.js';
import { sha256 } from './redacted.js';
import type { TokenClock } from './token-clock.js';
import type { TokenHold } from './token-hold.js';

/** A token was obtained: the first one, or a new one after the last expired or was dropped. */
export interface TokenFetchedEvent {
  readonly type: 'fetched';
  /** The new token's fingerprint. */
  readonly token: string;
  /** How long the token is valid, in milliseconds. */
  readonly lifetimeMs: number;
  /** How long it took, all attempts included, in milliseconds. */
  readonly durationMs: number;
  /** How many token requests were made for it; 0 if another process had fetched it. */
  readonly attempts: number;
}

/** A valid token was replaced by a newer one. */
export interface TokenRefreshedEvent extends Omit<TokenFetchedEvent, 'type'> {
  readonly type: 'refreshed';
  /** How much longer the replaced token would have been valid, in milliseconds. */
  readonly replacedWithMs: number;
}

/** One token request failed, and another attempt follows. */
export interface TokenAttemptFailedEvent {
  readonly type: 'attempt-failed';
  /** The code of the attempt's error. */
  readonly code: AsposeAuthErrorCode;
  /** The HTTP status of the answer; undefined without one. */
  readonly status: number | undefined;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** The pause before the next attempt, in milliseconds. */
  readonly nextInMs: number;
}

/** No attempt brought a token. */
export interface TokenRefreshFailedEvent {
  readonly type: 'refresh-failed';
  /** The code of the last attempt's error; undefined for an error that is not of this package. */
  readonly code: AsposeAuthErrorCode | undefined;
  /** The HTTP status of the last answer; undefined without one. */
  readonly status: number | undefined;
  /** What happened, and what to do about it. */
  readonly message: string;
  /** How long it took, all attempts included, in milliseconds. */
  readonly durationMs: number;
  /** How many token requests were made. */
  readonly attempts: number;
  /** How much longer the current token stays in use, even if unauthorized, in milliseconds; 0 without one. */
  readonly runwayMs: number;
  /** What holds the next request back. */
  readonly hold: TokenHold['reason'] | undefined;
  /** For how much longer, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The token endpoint still hands out the token that is to be replaced, in its last second. It is used until it ends. */
export interface RefreshDeferredEvent {
  readonly type: 'refresh-deferred';
  /** How much longer the current token stays in use, in milliseconds. */
  readonly runwayMs: number;
  /** In how many milliseconds another is asked for, at the earliest. */
  readonly retryAfterMs: number | undefined;
}

/** An API answered 401 to a token. */
export interface TokenUnauthorizedEvent {
  readonly type: 'unauthorized';
  /** The token's fingerprint. */
  readonly token: string;
  /** The API's origin; empty if the caller did not say. */
  readonly origin: string;
  /** What happens next: fetch another, send the current one or the one that is being fetched, or pass the 401 on. */
  readonly verdict: 'renew' | 'use-current' | 'use-next' | 'pass-through';
  /** The reason for the verdict. */
  readonly why: string;
}

/** A renewal did not help: 401s of this origin are passed on for a while. */
export interface RenewalHeldEvent {
  readonly type: 'renewal-held';
  /** The API's origin; empty if the caller did not say. */
  readonly origin: string;
  /** For how long, in milliseconds. */
  readonly holdMs: number;
}

/**
 * An API answers 401 to a static token, which nothing can renew: the 401s are passed on. Emitted once for each origin, and
 * again after pauses that double from a minute to an hour.
 */
export interface RenewalImpossibleEvent {
  readonly type: 'renewal-impossible';
  /** The token's fingerprint. */
  readonly token: string;
  /** The API's origin; empty if the caller did not say. */
  readonly origin: string;
}

/** The token endpoint did not say how long its token lives. Emitted once. */
export interface LifetimeAssumedEvent {
  readonly type: 'lifetime-assumed';
  /** The lifetime used instead, in milliseconds. */
  readonly lifetimeMs: number;
  /** Whether it comes from the token's claims or is a guess. */
  readonly from: 'jwt' | 'default';
}

/** A caller asked for more validity than half the lifetime. Emitted once. */
export interface MinimumCutEvent {
  readonly type: 'minimum-cut';
  /** What the caller asked for, in milliseconds. */
  readonly askedMs: number;
  /** What it gets, in milliseconds. */
  readonly effectiveMs: number;
}

/** The `credentials` function returned another pair than before. */
export interface CredentialsChangedEvent {
  readonly type: 'credentials-changed';
  /** A changed client id drops the current token; a changed secret does not. */
  readonly clientIdChanged: boolean;
}

/** The `credentials` function failed. The current pair is tried again, since nothing holds it back any more. */
export interface CredentialsKeptEvent {
  readonly type: 'credentials-kept';
  /** How the function failed. */
  readonly message: string;
}

/** A shared store failed or did not answer: this process works alone until it does. */
export interface StorePassedOverEvent {
  readonly type: 'store-passed-over';
  /** The name of the store. */
  readonly store: string;
  /** What happened. */
  readonly message: string;
}

/** A shared store answers again. */
export interface StoreRecoveredEvent {
  readonly type: 'store-recovered';
  /** The name of the store. */
  readonly store: string;
}

/** What a shared store holds of the credential cannot be decrypted, and counts as absent. Emitted once. */
export interface StoreUnreadableEvent {
  readonly type: 'store-unreadable';
  /** What cannot be read. */
  readonly part: string;
}

/** Another process was told by the token endpoint why the credential must not be used now. */
export interface HoldLearntEvent {
  readonly type: 'hold-learnt';
  /** Why: `refused` or `throttled`, say. */
  readonly reason: TokenHold['reason'];
  /** For how much longer, in milliseconds. */
  readonly remainingMs: number;
}

/** An operator called `reset()`, or the app shut down. */
export interface EngineStateEvent {
  readonly type: 'reset' | 'closed';
}

/** What happened. It never contains a token or a secret. */
export type TokenEvent =
  | TokenFetchedEvent
  | TokenRefreshedEvent
  | TokenAttemptFailedEvent
  | TokenRefreshFailedEvent
  | RefreshDeferredEvent
  | TokenUnauthorizedEvent
  | RenewalHeldEvent
  | RenewalImpossibleEvent
  | LifetimeAssumedEvent
  | MinimumCutEvent
  | CredentialsChangedEvent
  | CredentialsKeptEvent
  | StorePassedOverEvent
  | StoreRecoveredEvent
  | StoreUnreadableEvent
  | HoldLearntEvent
  | EngineStateEvent;

/** The name of the client of a registration without a name. */
export const DEFAULT_CLIENT = 'default';

/** Whose tokens something happened to. */
export interface WhoseEvents {
  /** The name of the client; `'default'` for the registration without a name. */
  readonly client: string;
  /** The first eight digits of the SHA-256 of the tenant's id, in hexadecimal; absent without tenants. */
  readonly tenant?: string;
}

/** A {@link TokenEvent}, and when and to which client it happened. */
export type AsposeTokenEvent = TokenEvent &
  WhoseEvents & {
    /** In milliseconds since the epoch. */
    readonly at: number;
  };

const KEPT = 20;

/** Stamps each event with time and client, keeps the newest ones, and passes each on. */
export class DecisionLog {
  /** Whose events it records. */
  readonly whose: WhoseEvents;
  readonly #clock: TokenClock;
  readonly #listener: (event: AsposeTokenEvent) => void;
  /** Made with the first such event: most clients never have one. */
  #told: Set<TokenEvent['type']> | undefined;
  #recent: readonly AsposeTokenEvent[] = [];

  constructor(
    clock: TokenClock,
    listener: (event: AsposeTokenEvent) => void = () => {},
    client: string = DEFAULT_CLIENT,
    tenant?: string,
  ) {
    this.#clock = clock;
    this.#listener = listener;
    this.whose =
      tenant === undefined
        ? { client }
        : { client, tenant: sha256(tenant).slice(0, 8) };
  }

  /** The newest events, oldest first. */
  get recent(): readonly AsposeTokenEvent[] {
    return this.#recent;
  }

  /** Records an event. */
  record(event: TokenEvent): void {
    const at = this.#clock.wallNow();
    const stamped = { at, ...this.whose, ...event };
    // Only the newest of equal 401s is kept: a storm of them must not push out what led to it.
    const end = isSame401(this.#recent.at(-1), stamped) ? -1 : undefined;
    this.#recent = [...this.#recent.slice(0, end), stamped].slice(-KEPT);
    this.#listener(stamped);
  }

  /** Records an event unless one of its type was recorded this way before. */
  recordOnce(event: TokenEvent): void {
    if (this.#told?.has(event.type)) return;
    this.#told = new Set(this.#told).add(event.type);
    this.record(event);
  }
}

function isSame401(
  a: AsposeTokenEvent | undefined,
  b: AsposeTokenEvent,
): boolean {
  return (
    a?.type === 'unauthorized' &&
    b.type === 'unauthorized' &&
    a.token === b.token &&
    a.origin === b.origin &&
    a.verdict === b.verdict
  );
}
