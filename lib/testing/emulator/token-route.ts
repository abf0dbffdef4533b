import { randomUUID } from 'node:crypto';
import { unescape } from 'node:querystring';

import type { PresentedCredentials } from './credential-ban.js';
import { type EmulatorAnswer, jsonAnswer } from './emulator-answer.js';
import type { ReceivedTokenRequest } from './request-log.js';

const CELLS_PROXY_PATH = '/v4.0/cells/connect/token';
const TOKEN_PATHS = new Set([
  '/connect/token',
  '/v3.0/cells/connect/token',
  CELLS_PROXY_PATH,
  '/v4.0/words/connect/token',
]);

type TokenError =
  'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/** The credentials of a token request, if it has any, and why it gets no token, if it gets none. */
export interface TokenRequestVerdict {
  readonly credentials?: PresentedCredentials;
  readonly error?: TokenError;
}

/** Whether requests to this path ask for a token. */
export function isTokenPath(path: string): boolean {
  return TOKEN_PATHS.has(path.toLowerCase());
}

/**
 * Judges a client credentials request as IdentityServer does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function judgeTokenRequest(
  request: ReceivedTokenRequest,
  accepted: PresentedCredentials,
): TokenRequestVerdict {
  const fields = fieldsOf(request);
  const credentials =
    basicCredentials(request.headers.authorization) ?? credentialsIn(fields);
  const grantType = fields.get('grant_type');
  if (!credentials || !grantType) return { error: 'invalid_request' };
  if (grantType !== 'client_credentials')
    return { credentials, error: 'unsupported_grant_type' };
  return credentials.clientId === accepted.clientId &&
    credentials.clientSecret === accepted.clientSecret
    ? { credentials }
    : { credentials, error: 'invalid_client' };
}

/** The fields of the form or, at the Cells proxy, of the query. */
function fieldsOf(request: ReceivedTokenRequest): URLSearchParams {
  if (request.method !== 'POST') return new URLSearchParams();
  if (request.path.toLowerCase() === CELLS_PROXY_PATH) {
    // PostAccessToken takes names in any letter case, and needs no grant type.
    const fields = new URLSearchParams({ grant_type: 'client_credentials' });
    for (const [name, value] of request.query)
      fields.set(name.toLowerCase(), value);
    if (credentialsIn(fields)) return fields;
  }
  const { 'content-type': contentType = '' } = request.headers;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  return new URLSearchParams(isForm ? request.body : '');
}

function credentialsIn(
  fields: URLSearchParams,
): PresentedCredentials | undefined {
  const clientId = fields.get('client_id');
  const clientSecret = fields.get('client_secret');
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

/** The answer with a token: RFC 6749, section 5.1. */
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

/** The answer to refused credentials: RFC 6749, section 5.2, but 400 also for a wrong secret. */
export function refusalAnswer(error: TokenError): EmulatorAnswer {
  return uncached(400, { error });
}

function uncached(status: number, body: object): EmulatorAnswer {
  return jsonAnswer(status, body, {
    'Cache-Control': 'no-store, no-cache, max-age=0',
    Pragma: 'no-cache',
    'Set-Cookie': `AWSALB=${randomUUID()}; Path=/`,
  });
}
