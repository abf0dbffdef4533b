import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';

import { ASPOSE_AUTH_RESOLVED_OPTIONS } from './injection-tokens.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { announceClosing } from '../token/closing.js';
import type { TokenLayer } from '../token/token-layer.js';
import { TokenSource } from '../token/token-source.js';

/** Fetches the first token with the app's start, and stops fetching with its end. */
@Injectable()
export class AsposeTokenLifecycle
  implements OnModuleInit, OnApplicationShutdown
{
  readonly #tokens: TokenLayer;
  readonly #warmUp: ResolvedOptions['warmUp'];
  readonly #putsSecretInUrl: boolean;

  constructor(
    @Inject(TokenSource) tokens: TokenLayer,
    @Inject(ASPOSE_AUTH_RESOLVED_OPTIONS)
    { auth, endpoint, warmUp }: ResolvedOptions,
  ) {
    this.#tokens = tokens;
    const asksForTokens = auth.mode === 'client-credentials';
    this.#putsSecretInUrl = asksForTokens && endpoint.credentialsIn === 'query';
    this.#warmUp = asksForTokens ? warmUp : 'off';
  }

  /** @throws {AsposeAuthError} with `warmUp: 'require'`, when there is no token to be had. */
  async onModuleInit(): Promise<void> {
    if (this.#putsSecretInUrl)
      new Logger('AsposeAuth').warn(
        "credentialsIn: 'query' puts the client secret into URLs, which end up in access logs.",
      );
    if (this.#warmUp === 'require') await this.#tokens.getToken();
    if (this.#warmUp === 'background') void this.#fetchAhead();
  }

  /** Not earlier: while Nest drains, requests still need tokens. */
  onApplicationShutdown(): void {
    // What a test has put in its place may have no more than the methods that the test needs, and announces nothing.
    this.#tokens.close?.();
    announceClosing(this.#tokens);
  }

  /** Nobody waits for the first token yet: a script that is done before it comes may end. */
  async #fetchAhead(): Promise<void> {
    const waiting = new AbortController();
    try {
      const asked = this.#tokens.getToken({ signal: waiting.signal });
      waiting.abort();
      await asked;
    } catch {
      // It is detached already. A failure is an event, and the first call that needs a token tries again.
    }
  }
}
