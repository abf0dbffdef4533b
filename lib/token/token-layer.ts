import type { AccessToken } from './access-token.js';
import type { TokenExplanation } from './token-explanation.js';
import type { TokenHold } from './token-hold.js';
import {
  type GetTokenOptions,
  TokenSource,
  type UnauthorizedToken,
} from './token-source.js';
import type { AsposeTokenWait } from './wait-channel.js';

/** What the callers that wait for a token need. It changes while they wait: some join, others leave. */
export interface TokenDemand {
  /** Whether somebody waits. */
  readonly isAwaited: boolean;
  /** The longest validity that is asked for, in milliseconds. */
  readonly minValidityMs: number;
  /** The callers that have waited so far, as the wait channel published them. */
  readonly waits: readonly AsposeTokenWait[];
}

/** What a layer asks of the one below. */
export interface LayerRequest extends GetTokenOptions {
  /** @default nobody waits */
  readonly demand?: TokenDemand | undefined;
  /** Whether the pause after the last failure was sat out. */
  readonly hasPaused?: boolean | undefined;
  /** `useless`: how many renewals for this origin in a row did not help. */
  readonly unauthorized?:
    (UnauthorizedToken & { readonly useless?: number | undefined }) | undefined;
}

/** The field with a layer's identity, which is the same through every proxy of the layer. */
const IDENTITY = Symbol('identity');

/** A token source with what other layers and operators need. Layers wrap one another, and each does one job. */
export abstract class TokenLayer extends TokenSource {
  constructor() {
    super();
    // Observability tools put a proxy around each provider: what the app attached and what is closed may be two of them.
    Object.defineProperty(this, IDENTITY, { value: {} });
  }

  abstract override getToken(options?: LayerRequest): Promise<AccessToken>;

  /** The client id that the tokens belong to; when it changes, earlier tokens are dropped. */
  get clientId(): string | undefined {
    return undefined;
  }

  /** Tells why this layer would not ask for a token right now; undefined when it would. */
  hold(): TokenHold | undefined {
    return undefined;
  }

  /** Tells what this layer knows and why it does what it does; redacted. */
  explain(): TokenExplanation {
    return { mode: 'custom' };
  }

  /** Forgets failures and holds, so that the next call asks again. */
  reset(): void {}

  /**
   * Whether a token request is answered or still may be.
   *
   * @internal
   */
  get isListening(): boolean {
    return false;
  }

  /**
   * Lets nobody wait any longer and starts nothing new, but still hears the answers that are on their way: to be closed once it
   * listens no more.
   *
   * @internal
   */
  retire(): void {}

  /**
   * Stops for good: aborts what runs and starts nothing new. A valid token may still be used, but no HTTP client that it
   * was attached to sends it any longer. An override must call `super.close()`.
   */
  close(): void {
    announceClosing(this);
  }
}

/** A layer that passes everything on to the one below; subclasses override what they change. */
export abstract class DelegatingTokenLayer extends TokenLayer {
  constructor(protected readonly below: TokenLayer) {
    super();
  }

  override getToken(options?: LayerRequest): Promise<AccessToken> {
    return this.below.getToken(options);
  }

  override peekToken(): AccessToken | undefined {
    return this.below.peekToken();
  }

  override get isDisabled(): boolean {
    return this.below.isDisabled;
  }

  override get clientId(): string | undefined {
    return this.below.clientId;
  }

  override hold(): TokenHold | undefined {
    return this.below.hold();
  }

  override explain(): TokenExplanation {
    return this.below.explain();
  }

  override reset(): void {
    this.below.reset();
  }

  /** @internal */
  override get isListening(): boolean {
    return this.below.isListening;
  }

  /** @internal */
  override retire(): void {
    this.below.retire();
  }

  override close(): void {
    this.below.close();
    super.close();
  }
}

/**
 * Completes what a test has put in place of a token source, which may have only the methods that the test needs.
 *
 * @param allowedOrigins - where the tokens may be sent, unless the stand-in says so itself.
 */
export function completeSource(
  source: TokenSource,
  allowedOrigins: readonly string[],
): TokenLayer {
  if (source instanceof TokenLayer) return source;
  return standingFor(source, new StandIn(source, allowedOrigins));
}

/** Tells what a token source knows; of what a test has put in place of one, only that it is something else. */
export function explanationOf(source: TokenSource): TokenExplanation {
  return completeSource(source, []).explain();
}

/** By token source, the one that it stands for. */
const stoodFor = new WeakMap<object, object>();

/**
 * Notes that a token source stands for another, whose end is its end, and whose limits are its limits.
 *
 * @returns the one that stands for the other.
 */
export function standingFor<Source extends object>(
  other: object,
  source: Source,
): Source {
  stoodFor.set(identityOf(source), sourceBehind(other));
  return source;
}

/** What the token source that another one stands for is known by, or else that one itself. */
export function sourceBehind(source: object): object {
  const identity = identityOf(source);
  return stoodFor.get(identity) ?? identity;
}

function identityOf(source: object): object {
  return (source as { readonly [IDENTITY]?: object })[IDENTITY] ?? source;
}

class StandIn extends TokenLayer {
  readonly #given: Pick<TokenSource, 'getToken'> & Partial<TokenLayer>;
  readonly #allowedOrigins: readonly string[];

  constructor(given: TokenSource, allowedOrigins: readonly string[]) {
    super();
    this.#given = given;
    this.#allowedOrigins = given.allowedOrigins ?? allowedOrigins;
  }

  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return this.#given.getToken(options);
  }

  override peekToken(): AccessToken | undefined {
    return this.#given.peekToken?.();
  }

  override get isDisabled(): boolean {
    return this.#given.isDisabled === true;
  }

  override get allowedOrigins(): readonly string[] {
    return this.#allowedOrigins;
  }

  /** The app may have attached the stand-in itself to an HTTP client. */
  override close(): void {
    this.#given.close?.();
    announceClosing(this.#given);
    super.close();
  }
}

/** By token source, the signal that tells of its closing. */
const closings = new WeakMap<object, AbortController>();

/**
 * The signal that aborts when a token source is closed.
 *
 * Read `aborted` and add no listener: a listener lives as long as the source. A source that is used again after it was
 * closed, as by tests that share one, has a new signal.
 */
export function closingOf(source: object): AbortSignal {
  const behind = sourceBehind(source);
  const closing = closings.get(behind) ?? new AbortController();
  closings.set(behind, closing);
  return closing.signal;
}

/** Aborts the signal of a token source that is closed. */
export function announceClosing(source: object): void {
  const identity = identityOf(source);
  closings.get(identity)?.abort();
  closings.delete(identity);
}
