import type { AccessToken } from './access-token.js';
import { announceClosing } from './closing.js';
import type { TokenExplanation } from './token-explanation.js';
import type { TokenHold } from './token-hold.js';
import { type GetTokenOptions, TokenSource } from './token-source.js';

/** A token source with what other layers and operators need. Layers wrap one another, and each does one job. */
export abstract class TokenLayer extends TokenSource {
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
   * Stops for good: aborts what runs and starts nothing new. A valid token may still be used, but no HTTP client that it
   * was attached to sends it any longer. An override must call `super.close()`.
   */
  close(): void {
    announceClosing(this);
  }
}

/** A layer that passes everything on to the one below; subclasses override what they change. */
export abstract class DelegatingTokenLayer extends TokenLayer {
  /** The layer below. */
  protected readonly below: TokenLayer;

  constructor(below: TokenLayer) {
    super();
    this.below = below;
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
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

  override close(): void {
    this.below.close();
    super.close();
  }
}
