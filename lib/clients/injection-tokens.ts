import { AsposeHttpService } from '../http/axios/aspose-http.service.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { TokenSource } from '../token/token-source.js';
import { AsposeClient } from './aspose-client.js';
import { AsposeConnection } from './aspose-connection.js';
import { AsposeTokenService } from './aspose-token.service.js';

/** The injection token of the default client's `AsposeFetch`; see `@InjectAsposeFetch()`. */
export const ASPOSE_FETCH = 'ASPOSE_FETCH';

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
  connection: AsposeConnection,
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

const ANY_PART = new RegExp(
  `^(?:${Object.values(PARTS)
    .map((token) => (typeof token === 'string' ? token : token.name))
    .join('|')})\\((?<client>.*)\\)$`,
);

/** The client that an injection token is a part of; undefined if it is the token of something else. */
export function clientOf(token: unknown): string | undefined {
  if (Object.values<unknown>(PARTS).includes(token)) return DEFAULT_CLIENT;
  return typeof token === 'string'
    ? ANY_PART.exec(token)?.groups?.['client']
    : undefined;
}
