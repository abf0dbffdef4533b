import type { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import type { TokenHold } from './token-hold.js';

/** A token was obtained: the first one, or one after the last had expired or was given up. */
export interface TokenFetchedEvent {
  readonly type: 'fetched';
  /** The new token's fingerprint. */
  readonly token: string;
  /** How long the token is valid, in milliseconds. */
  readonly lifetimeMs: number;
  /** From the start of the flight, all attempts included, in milliseconds. */
  readonly durationMs: number;
  /** How many token requests were made for it. */
  readonly attempts: number;
}

/** A valid token was replaced by a newer one. */
export interface TokenRefreshedEvent extends Omit<TokenFetchedEvent, 'type'> {
  readonly type: 'refreshed';
  /** How much longer the replaced token would have been valid, in milliseconds. */
  readonly replacedWithMs: number;
}

/** One token request failed, and another follows in the same flight. */
export interface TokenAttemptFailedEvent {
  readonly type: 'attempt-failed';
  readonly code: AsposeAuthErrorCode;
  readonly status: number | undefined;
  readonly attempt: number;
  /** The pause before the next attempt, in milliseconds. */
  readonly nextInMs: number;
}

/** A flight ended without a token. */
export interface TokenRefreshFailedEvent {
  readonly type: 'refresh-failed';
  /** Undefined for an error that is not of this package. */
  readonly code: AsposeAuthErrorCode | undefined;
  readonly status: number | undefined;
  /** What happened, and what to do about it. */
  readonly message: string;
  /** From the start of the flight, all attempts included, in milliseconds. */
  readonly durationMs: number;
  /** How many token requests were made. */
  readonly attempts: number;
  /** How much longer the current token stays in use, a refused one too, in milliseconds; 0 without one. */
  readonly runwayMs: number;
  /** What holds the next request back. */
  readonly hold: TokenHold['reason'] | undefined;
  /** For how much longer, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** An API answered 401 to a token. */
export interface TokenUnauthorizedEvent {
  readonly type: 'unauthorized';
  /** The refused token's fingerprint. */
  readonly token: string;
  /** The API's origin; empty where the asker did not tell. */
  readonly origin: string;
  /** What is done: fetch another, send the current one or the one that is being fetched, or pass the 401 on. */
  readonly verdict: 'renew' | 'use-current' | 'use-next' | 'pass-through';
  /** What the verdict rests on. */
  readonly why: string;
}

/** Renewing did not help: 401s of this origin are passed on for a while. */
export interface RenewalHeldEvent {
  readonly type: 'renewal-held';
  /** The API's origin; empty where the asker did not tell. */
  readonly origin: string;
  /** For how long, in milliseconds. */
  readonly holdMs: number;
}

/** The token endpoint did not say how long its token lives. Told once. */
export interface LifetimeAssumedEvent {
  readonly type: 'lifetime-assumed';
  /** The lifetime that is gone by, in milliseconds. */
  readonly lifetimeMs: number;
  /** Whether it is from the claims of the token, or a guess. */
  readonly from: 'jwt' | 'default';
}

/** A caller insisted on more validity than half a lifetime. Told once. */
export interface MinimumCutEvent {
  readonly type: 'minimum-cut';
  /** What the caller insisted on, in milliseconds. */
  readonly askedMs: number;
  /** What it gets, in milliseconds. */
  readonly effectiveMs: number;
}

/** The `credentials` function returned another pair than before. */
export interface CredentialsChangedEvent {
  readonly type: 'credentials-changed';
  /** A changed client id drops the token at hand; a changed secret does not. */
  readonly clientIdChanged: boolean;
}

/** The `credentials` function failed, and the pair at hand, which is not held back any more, is tried again. */
export interface CredentialsKeptEvent {
  readonly type: 'credentials-kept';
  /** How the function failed. */
  readonly message: string;
}

/** An operator made the engine forget its failures, or the app shut down. */
export interface EngineStateEvent {
  readonly type: 'reset' | 'closed';
}

/** What happened; no token and no secret is ever in it. */
export type TokenEvent =
  | TokenFetchedEvent
  | TokenRefreshedEvent
  | TokenAttemptFailedEvent
  | TokenRefreshFailedEvent
  | TokenUnauthorizedEvent
  | RenewalHeldEvent
  | LifetimeAssumedEvent
  | MinimumCutEvent
  | CredentialsChangedEvent
  | CredentialsKeptEvent
  | EngineStateEvent;

/** A {@link TokenEvent} and when it happened, in milliseconds since the epoch. */
export type AsposeTokenEvent = TokenEvent & { readonly at: number };
