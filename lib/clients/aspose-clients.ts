import type { ModulesContainer } from '@nestjs/core';

import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import type { AsposeHttpService } from '../http/axios/aspose-http.service.js';
import type { AsposeFetch } from '../http/fetch/create-aspose-fetch.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { TokenSource } from '../token/token-source.js';
import type { AsposeTokenService } from './aspose-token.service.js';
import { namesIn, noSuchClient } from './client-names.js';

/** What an app uses of a client. */
export interface AsposeClientParts {
  readonly tokens: AsposeTokenService;
  readonly http: AsposeHttpService;
  readonly fetch: AsposeFetch;
}

interface Parts extends AsposeClientParts {
  readonly source: TokenSource;
}

/**
 * The clients of an app, for where their names are known at run time only. Elsewhere `@InjectAsposeHttp(name)` and the like
 * are simpler, and are checked when the app boots.
 *
 * @example
 * ```ts
 * constructor(private readonly clients: AsposeClients) {}
 *
 * usage(product: string) {
 *   return this.clients.get(product).http.get('/v4.0/storage/disc');
 * }
 * ```
 */
export class AsposeClients {
  private readonly modules: ModulesContainer;
  private readonly parts = new Map<string, Parts>();

  constructor(modules: ModulesContainer) {
    this.modules = modules;
  }

  /** The names of the app's clients, sorted; the client without a name is `default`. */
  get names(): readonly string[] {
    return namesIn(this.modules);
  }

  /**
   * Returns a client; without a name, the default one. To be called once the app has booted: Nest makes providers in no
   * certain order.
   *
   * @throws {AsposeAuthError} with `ASPOSE_AUTH_UNKNOWN_CLIENT`, when no client has that name, or when it is not made yet.
   */
  get(name: string = DEFAULT_CLIENT): AsposeClientParts {
    const { tokens, http, fetch } = this.partsOf(name);
    return { tokens, http, fetch };
  }

  /** @internal */
  sourceOf(name: string = DEFAULT_CLIENT): TokenSource {
    return this.partsOf(name).source;
  }

  /**
   * What Nest injects of a client, so that what a test has put in the place of a part is what everybody gets.
   *
   * @internal
   */
  add(name: string, parts: Parts): void {
    this.parts.set(name, parts);
  }

  private partsOf(name: string): Parts {
    const parts = this.parts.get(name);
    if (parts !== undefined) return parts;
    throw new AsposeAuthError(
      AsposeAuthErrorCode.UNKNOWN_CLIENT,
      this.names.includes(name)
        ? `The client '${name}' is not made yet: call AsposeClients.get() once the app has booted, or inject the client by @InjectAsposeHttp('${name}') and the like.`
        : noSuchClient(name, this.names),
    );
  }
}
