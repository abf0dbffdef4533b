import type { OnModuleInit } from '@nestjs/common';

import { AsposeAuthError, isAsposeAuthError } from '../errors/errors.js';
import { AsposeHttpService } from '../http/axios/aspose-http.service.js';
import {
  type AsposeFetch,
  bearerFetch,
} from '../http/fetch/create-aspose-fetch.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { completeSource, type TokenLayer } from '../token/token-layer.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { TokenSource } from '../token/token-source.js';
import { TokenLog } from './token-log.js';

/** One named connection to Aspose Cloud: its tokens, what sends them, its start and its end. */
export class AsposeClient implements OnModuleInit {
  readonly name: string;
  readonly tokens: TokenLayer;
  readonly http: AsposeHttpService;
  readonly fetch: AsposeFetch;
  /** A function, so that the client secret is not printed with the client. */
  private readonly options: () => ResolvedOptions;

  constructor(name: string, options: ResolvedOptions, tokens: TokenSource) {
    this.name = name;
    this.options = () => options;
    this.tokens = completeSource(tokens, options.allowedOrigins);
    this.http = new AsposeHttpService(this.tokens, options);
    this.fetch = bearerFetch(this.tokens, options);
  }

  /**
   * Fetches the first token, if `warmUp` says so.
   *
   * @throws {AsposeAuthError} with `warmUp: 'require'`, when no token is available.
   */
  async onModuleInit(): Promise<void> {
    const { auth, endpoint, store, warmUp } = this.options();
    if (auth.mode === 'static' || auth.mode === 'disabled') return;
    const log = new TokenLog(this.name);
    log.warnOf(endpoint);
    if (store !== undefined) log.announce(store);
    // No tenant is current here.
    if (auth.mode === 'tenants') return;
    if (warmUp === 'require') await this.fetchFirst();
    if (warmUp === 'background') void this.fetchAhead();
  }

  /** Stops fetching tokens, and detaches them from the app's HTTP clients. */
  close(): void {
    this.tokens.close();
  }

  /** Names the client in the error: an app may have several. */
  private async fetchFirst(): Promise<void> {
    try {
      await this.tokens.getToken();
    } catch (error) {
      if (this.name === DEFAULT_CLIENT || !isAsposeAuthError(error))
        throw error;
      const { code, message, retryAfterMs } = error;
      throw new AsposeAuthError(
        code,
        `AsposeAuthModule cannot start the client '${this.name}': ${message}`,
        { cause: error, retryAfterMs },
      );
    }
  }

  /** Fetches a token that nobody waits for yet: a script that is done before it comes may end. */
  private async fetchAhead(): Promise<void> {
    const waiting = new AbortController();
    try {
      const asked = this.tokens.getToken({ signal: waiting.signal });
      waiting.abort();
      await asked;
    } catch {
      // This caller is detached already. A failure is an event, and the next call that needs a token tries again.
    }
  }
}
