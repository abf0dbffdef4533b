import { Inject } from '@nestjs/common';

import { AsposeHttpService } from '../http/axios/aspose-http.service.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { TokenSource } from '../token/token-source.js';
import { AsposeClient } from './aspose-client.js';
import { AsposeTokenService } from './aspose-token.service.js';

/** The injection token of the app's `AsposeFetch`; see `@InjectAsposeFetch()`. */
export const ASPOSE_FETCH = 'ASPOSE_FETCH';

/**
 * Injects a `fetch` that sends the token to Aspose, and to nobody else.
 *
 * @example
 * ```ts
 * constructor(@InjectAsposeFetch() private readonly fetch: AsposeFetch) {}
 * ```
 */
export function InjectAsposeFetch(): ParameterDecorator & PropertyDecorator {
  return Inject(ASPOSE_FETCH);
}

/** The injection tokens of the default client's parts. */
const PARTS = {
  /** The instance of `useClass` that makes the options. */
  optionsFactory: 'ASPOSE_AUTH_OPTIONS_FACTORY',
  /** The options as they were given. */
  givenOptions: 'ASPOSE_AUTH_MODULE_OPTIONS',
  /** The checked options, with every default filled in. */
  options: 'ASPOSE_AUTH_RESOLVED_OPTIONS',
  tokens: AsposeTokenService,
  /** The tokens, completed if a test has replaced them. */
  source: TokenSource,
  client: AsposeClient,
  http: AsposeHttpService,
  fetch: ASPOSE_FETCH,
};

/** A part of a client that the module provides. */
export type ClientPart = keyof typeof PARTS;

/** The injection token of a client's part. It carries the client's name, unless that is the default one. */
export function tokenOf<Part extends ClientPart>(
  part: Part,
  name: string,
): (typeof PARTS)[Part] | string {
  const token = PARTS[part];
  if (name === DEFAULT_CLIENT) return token;
  return `${typeof token === 'string' ? token : token.name}(${name})`;
}
