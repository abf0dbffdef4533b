import type { AsposeAuthErrorCode } from '../errors/errors.js';
import type { ExplainedHold } from './token-hold.js';
import type { TokenState } from './token-lifetime.js';
import type { AsposeTokenEvent } from './token-event.js';

/** The current token, without its text. Times are in milliseconds. */
export interface ExplainedToken {
  /** Tells two tokens apart, and gives neither away. */
  readonly fingerprint: string;
  /** `unauthorized`: an API answered 401 to it, and its renewal is in flight; it stays in use if that fails. */
  readonly state: TokenState | 'unauthorized';
  /** By whichever clock advanced more. */
  readonly ageMs: number;
  readonly lifetimeMs: number;
  /** Until a replacement is fetched in the background; negative if that is due. */
  readonly refreshInMs: number;
  /** How long the app can go on if the token endpoint is down from now on. */
  readonly runwayMs: number;
}

/** An origin that has answered 401. */
export interface ExplainedOrigin {
  readonly origin: string;
  /** How many renewals in a row did not help. */
  readonly useless: number;
  /** For how much longer its 401s are passed on without a renewal, in milliseconds; 0 if they are not. */
  readonly heldForMs: number;
}

/** The flights that failed since the last one that brought a token. */
export interface ExplainedFailure {
  /** The code of the last failure; undefined for an error that is not of this package. */
  readonly code: AsposeAuthErrorCode | undefined;
  /** The HTTP status of the last answer; undefined without one. */
  readonly status: number | undefined;
  /** How many flights failed in a row. */
  readonly flights: number;
  /** How long ago the first of them ended, in milliseconds. */
  readonly forMs: number;
}

/** How many tokens a client has handed out since the app started, those of all tenants together. */
export interface ExplainedAcquisitions {
  /** From memory. */
  readonly memory: number;
  /** To callers who waited, from the store that processes share. */
  readonly store: number;
  /** To callers who waited, from the token endpoint: fewer requests than that, since callers share one. */
  readonly endpoint: number;
}

/** What a store held of the credentials when this process looked last. */
export interface ExplainedStored {
  /** How long ago that was, in milliseconds. */
  readonly agoMs: number;
  /** Its token; absent if it had none. */
  readonly token?: {
    /** Tells whether it is the token of this process. */
    readonly fingerprint: string;
    /** How much longer it lives, in milliseconds. */
    readonly remainingMs: number;
  };
  /** How many refusals of the credentials it knew of, of this process or another. */
  readonly refusals: number;
}

/** A store that processes share. */
export interface ExplainedStore {
  /** Which store it is. */
  readonly name: string;
  /** Whether this process works alone for now, since the store fails or does not answer. */
  readonly isPassedOver: boolean;
  /** How often the store was asked. */
  readonly asked: number;
  /** How often it answered in time. */
  readonly answered: number;
  /** Absent before this process has looked, and for many tenants together. */
  readonly lastSeen?: ExplainedStored;
}

/** Why the engine does what it does, for a health page or a bug report. It holds no token and no secret. */
export interface TokenExplanation {
  /** The name of the client. */
  readonly client?: string;
  /** How the app authenticates. */
  readonly mode:
    'client-credentials' | 'static' | 'tenants' | 'disabled' | 'custom';
  /** How many tenants are in memory. What is told beside it is of the current one; `acquisitions` and `store` are of all. */
  readonly tenants?: number;
  /** The client id that tokens are requested with. */
  readonly clientId?: string | undefined;
  /**
   * The current token: its state, age and lifetime, and `runwayMs`, for how long the app goes on if renewals fail from now on.
   * Absent while there is none.
   */
  readonly token?: ExplainedToken | undefined;
  /** Whether a token request is being made. */
  readonly isRefreshing?: boolean;
  /** Why no token is asked for now, and for how much longer. */
  readonly hold?: ExplainedHold | undefined;
  /**
   * How renewals fail: since when, how often in a row, with which code. Absent once one succeeds. What failed may be over:
   * nothing is known until the next call asks.
   */
  readonly failure?: ExplainedFailure | undefined;
  /**
   * How many tokens were handed out: from `memory`, and to callers who waited, from `store` and `endpoint`. Absent where tokens
   * are not fetched.
   */
  readonly acquisitions?: ExplainedAcquisitions;
  /** How many token requests the runaway guard permits right now. */
  readonly budgetLeft?: number;
  /**
   * Whether the shared store is passed over, how often it was asked and answered, and in `lastSeen` its token and the refusals
   * that it knows of. Absent without a store.
   */
  readonly store?: ExplainedStore;
  /** Which APIs answered 401, and for how long their 401s are passed on. */
  readonly origins?: readonly ExplainedOrigin[];
  /** The newest twenty events, oldest first. */
  readonly decisions?: readonly AsposeTokenEvent[];
}
