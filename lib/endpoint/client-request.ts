import {
  readTokenRequestParameters,
  type TokenRequestParameters,
} from '../client-credentials/token-request.js';
import { isRecord } from '../checks/option-checks.js';
import type { ClientCredentialsInput } from '../credential/client-credentials.js';
import { OAuthError } from './endpoint-answer.js';
import { MAX_REQUEST_BYTES, tooLarge } from './received-body.js';

/** A request to the token endpoint, as both platforms parse it. */
export interface EndpointRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** The credentials and scope of a token request, as they were sent. */
export interface ClientRequest extends ClientCredentialsInput {
  readonly scope: string | undefined;
}

/**
 * Reads the credentials of a token request from the form or JSON body, HTTP Basic or the query, whichever has them.
 *
 * @throws {OAuthError} when they are missing, sent twice or in two places, or the grant is not client_credentials.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function readClientRequest(request: EndpointRequest): ClientRequest {
  const { body, query } = parametersOf(request);
  const grant = only([...body.grantType, ...query.grantType], 'grant_type');
  if (grant !== undefined && grant !== 'client_credentials')
    throw new OAuthError(400, 'Only client_credentials is supported.', {
      error: 'unsupported_grant_type',
    });

  const [client, another] = [
    credentialsIn(body),
    credentialsIn(query),
    basicCredentials(request.headers['authorization']),
  ].filter((place) => place !== undefined);
  if (client === undefined)
    throw invalidRequest('The client id and secret are missing.');
  if (another !== undefined)
    throw invalidRequest('The client id and secret were sent in two places.');
  return { ...client, scope: only([...body.scope, ...query.scope], 'scope') };
}

/**
 * Reads the hash of the token that an API has just answered 401 to; undefined if the caller names none.
 *
 * @throws {OAuthError} when it is not a hash.
 */
export function readUnauthorizedToken(
  request: EndpointRequest,
): string | undefined {
  const { body } = parametersOf(request);
  const hash = only(body.unauthorizedTokenSha256, 'unauthorized_token_sha256');
  if (hash === undefined || /^[0-9a-f]{64}$/.test(hash)) return hash;
  throw invalidRequest(
    'unauthorized_token_sha256 must be 64 hexadecimal digits.',
  );
}

function credentialsIn(
  sent: Pick<TokenRequestParameters, keyof ClientCredentialsInput>,
): ClientCredentialsInput | undefined {
  const clientId = only(sent.clientId, 'client_id');
  const clientSecret = only(sent.clientSecret, 'client_secret');
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (!clientId || !clientSecret)
    throw invalidRequest('Both the client id and the secret are needed.');
  return { clientId, clientSecret };
}

function basicCredentials(
  header: string | string[] | undefined,
): ClientCredentialsInput | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(String(header))?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 0)
    throw invalidRequest('The Basic credentials have no colon in them.');
  return credentialsIn({
    clientId: [formDecoded(pair.slice(0, colon))],
    clientSecret: [formDecoded(pair.slice(colon + 1))],
  });
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('The Basic credentials are not form-encoded.');
  }
}

function only(values: readonly unknown[], name: string): string | undefined {
  if (values.length > 1) throw invalidRequest(`${name} was sent twice.`);
  const [value] = values;
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw invalidRequest(`${name} must be a string.`);
  if (/\p{Cc}/u.test(value))
    throw invalidRequest(`${name} has control characters in it.`);
  return value;
}

/** The platforms' own limits are wider. A chunked or compressed body does not tell its length. */
function parametersOf({ headers, body, query }: EndpointRequest) {
  const { 'content-length': stated, 'content-encoding': encoding } = headers;
  const bytes =
    stated === undefined || encoding !== undefined
      ? parsedBytes(body)
      : Number(stated);
  if (bytes > MAX_REQUEST_BYTES) throw tooLarge();
  return {
    body: readTokenRequestParameters(isRecord(body) ? body : {}),
    query: readTokenRequestParameters(isRecord(query) ? query : {}),
  };
}

function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, description);
}

function parsedBytes(body: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(body ?? null));
  } catch {
    // Nested more deeply than the stack reaches.
    return Infinity;
  }
}
