import { Inject, type InjectionToken } from '@nestjs/common';

import { DEFAULT_CLIENT } from '../token/token-event.js';
import { tokenOf } from './injection-tokens.js';

/**
 * The injection token of a client's `AsposeTokenService`; without a name, the class itself.
 *
 * @example
 * ```ts
 * builder.overrideProvider(getAsposeTokensToken('groupdocs')).useValue({ getToken });
 * ```
 */
export function getAsposeTokensToken(
  client: string = DEFAULT_CLIENT,
): InjectionToken {
  return tokenOf('tokens', client);
}

/** The injection token of a client's `AsposeHttpService`; without a name, the class itself. */
export function getAsposeHttpToken(
  client: string = DEFAULT_CLIENT,
): InjectionToken {
  return tokenOf('http', client);
}

/** The injection token of a client's `AsposeFetch`. */
export function getAsposeFetchToken(
  client: string = DEFAULT_CLIENT,
): InjectionToken {
  return tokenOf('fetch', client);
}

/**
 * Injects the `AsposeTokenService` of the client that was registered under a name.
 *
 * @example
 * ```ts
 * constructor(@InjectAsposeTokens('groupdocs') private readonly tokens: AsposeTokenService) {}
 * ```
 */
export function InjectAsposeTokens(
  client?: string,
): ParameterDecorator & PropertyDecorator {
  return Inject(getAsposeTokensToken(client));
}

/**
 * Injects the `AsposeHttpService` of the client that was registered under a name.
 *
 * @example
 * ```ts
 * constructor(@InjectAsposeHttp('groupdocs') private readonly groupdocs: AsposeHttpService) {}
 * ```
 */
export function InjectAsposeHttp(
  client?: string,
): ParameterDecorator & PropertyDecorator {
  return Inject(getAsposeHttpToken(client));
}

/**
 * Injects a `fetch` that sends the token of a client to Aspose, and to nobody else; without a name, that of the default client.
 *
 * @example
 * ```ts
 * constructor(@InjectAsposeFetch() private readonly fetch: AsposeFetch) {}
 * ```
 */
export function InjectAsposeFetch(
  client?: string,
): ParameterDecorator & PropertyDecorator {
  return Inject(getAsposeFetchToken(client));
}
