import { randomUUID } from 'node:crypto';
import { unescape } from 'node:querystring';
import { BAN_SECONDS, type PresentedCredentials } from './credential-ban.js';
import { type EmulatorAnswer, jsonAnswer } from './emulator-answer.js';
import type { ReceivedTokenRequest } from './received-requests.js';

const CELLS_PROXY_PATH = '/v4.0/cells/connect/token';
const TOKEN_PATHS = new Set([
  '/connect/token',
  '/v3.0/cells/connect/token',
  CELLS_PROXY_PATH,
  '/v4.0/words/connect/token',
]);

type TokenError =
  'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/** @internal Who asked for a token, as far as it can be told, and why they get none. */
export interface TokenRequestVerdict {
  readonly credentials?: PresentedCredentials;
  readonly error?: TokenError;
}

/** @internal Whether requests to this path ask for a token. */
export function isTokenPath(path: string): boolean {
  return TOKEN_PATHS.has(path.toLowerCase());
}

/**
 * Judges a client credentials request the way IdentityServer does.
 *
 * @internal
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function judgeTokenRequest(
  request: ReceivedTokenRequest,
  accepted: PresentedCredentials,
): TokenRequestVerdict {
  const fields = fieldsOf(request);
  const credentials =
    basicCredentials(request.headers.authorization) ?? credentialsIn(fields);
  const grantType = fields?.get('grant_type');
  if (!fields || !credentials || !grantType) {
    return { error: 'invalid_request' };
  }
  if (grantType !== 'client_credentials') {
    return { credentials, error: 'unsupported_grant_type' };
  }
  return credentials.clientId === accepted.clientId &&
    credentials.clientSecret === accepted.clientSecret
    ? { credentials }
    : { credentials, error: 'invalid_client' };
}

/** The fields of the form or, where the Cells proxy allows it, of the query. */
function fieldsOf(request: ReceivedTokenRequest): URLSearchParams | undefined {
  if (request.method !== 'POST') return undefined;
  const query = proxyQuery(request);
  if (credentialsIn(query)) return query;
  return /^application\/x-www-form-urlencoded\b/i.test(
    request.headers['content-type'] ?? '',
  )
    ? new URLSearchParams(request.body)
    : undefined;
}

/** The query of a PostAccessToken call: names in any letter case, no grant type needed. */
function proxyQuery(
  request: ReceivedTokenRequest,
): URLSearchParams | undefined {
  if (request.path.toLowerCase() !== CELLS_PROXY_PATH) return undefined;
  const query = new URLSearchParams({ grant_type: 'client_credentials' });
  for (const [name, value] of request.query) {
    query.set(name.toLowerCase(), value);
  }
  return query;
}

function credentialsIn(
  fields: URLSearchParams | undefined,
): PresentedCredentials | undefined {
  const clientId = fields?.get('client_id');
  const clientSecret = fields?.get('client_secret');
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basicCredentials(
  authorization = '',
): PresentedCredentials | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1] ?? '';
  const pair = /^([^:]+):(.+)$/.exec(Buffer.from(encoded, 'base64').toString());
  return pair?.[1] && pair[2]
    ? { clientId: formDecode(pair[1]), clientSecret: formDecode(pair[2]) }
    : undefined;
}

function formDecode(value: string): string {
  return unescape(value.replaceAll('+', ' '));
}

/**
 * The answer that hands a token out.
 *
 * @internal
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function tokenAnswer(
  accessToken: string,
  lifetimeSeconds: number,
): EmulatorAnswer {
  return uncached(200, {
    access_token: accessToken,
    expires_in: lifetimeSeconds,
    token_type: 'Bearer',
  });
}

/**
 * The answer that refuses a token request: 400 for every error, a wrong secret included.
 *
 * @internal
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusalAnswer(error: TokenError): EmulatorAnswer {
  return uncached(400, { error });
}

/**
 * The answer to a banned pair of client id and secret.
 *
 * @internal
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export function bannedAnswer(): EmulatorAnswer {
  return { status: 429, headers: { 'Retry-After': String(BAN_SECONDS) } };
}

function uncached(status: number, body: object): EmulatorAnswer {
  return jsonAnswer(status, body, {
    'Cache-Control': 'no-store, no-cache, max-age=0',
    Pragma: 'no-cache',
    'Set-Cookie': `AWSALB=${randomUUID()}; Path=/`,
  });
}
