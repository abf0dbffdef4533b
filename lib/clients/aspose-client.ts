import type { OnModuleInit } from '@nestjs/common';
import type { Observable } from 'rxjs';

import type { AsposeHttpService } from '../http/axios/aspose-http.service.js';
import type { AsposeFetch } from '../http/fetch/create-aspose-fetch.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { completeSource } from '../token/stand-in.token-source.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import type { TokenLayer } from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';
import { TokenLog } from './token-log.js';
import { warmUp } from './warm-up.js';

/** The parts of a client, any of which a test may have replaced. */
export interface ClientParts {
  readonly name: string;
  readonly options: ResolvedOptions;
  readonly tokens: TokenSource;
  readonly http: AsposeHttpService;
  readonly fetch: AsposeFetch;
  readonly events$: Observable<AsposeTokenEvent>;
}

/** One named connection to Aspose Cloud, from its start to its end. */
export class AsposeClient implements ClientParts, OnModuleInit {
  readonly name: string;
  readonly tokens: TokenLayer;
  readonly http: AsposeHttpService;
  readonly fetch: AsposeFetch;
  readonly events$: Observable<AsposeTokenEvent>;
  readonly #options: ResolvedOptions;
  readonly #log: TokenLog;

  constructor({ name, options, tokens, http, fetch, events$ }: ClientParts) {
    this.name = name;
    this.#options = options;
    this.tokens = completeSource(tokens);
    this.http = http;
    this.fetch = fetch;
    this.events$ = events$;
    this.#log = new TokenLog(name, events$);
  }

  /** The checked options. They hold the client secret, so a printed client does not show them. */
  get options(): ResolvedOptions {
    return this.#options;
  }

  /**
   * Fetches the first token, if `warmUp` says so.
   *
   * @throws {AsposeAuthError} with `warmUp: 'require'`, when no token is available.
   */
  async onModuleInit(): Promise<void> {
    if (this.#options.auth.mode !== 'client-credentials') return;
    this.#log.warnOf(this.#options.endpoint);
    await warmUp(this.tokens, this.#options.warmUp);
  }

  /** Stops fetching tokens, and detaches them from the HTTP clients of the app. */
  close(): void {
    this.tokens.close();
  }
}
