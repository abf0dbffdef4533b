import { randomUUID } from 'node:crypto';
import { unescape } from 'node:querystring';

import type { ClientCredentialsInput } from '../../credential/client-credentials.js';
import type { EmulatorAnswer } from './api-routes.js';
import type { ReceivedTokenRequest } from './request-log.js';

const CELLS_PROXY_PATH = '/v4.0/cells/connect/token';
const TOKEN_PATHS = new Set([
  '/connect/token',
  '/v3.0/cells/connect/token',
  CELLS_PROXY_PATH,
  '/v4.0/words/connect/token',
]);

/** How many refusals ban a pair at Aspose, and for how long. */
const BAN_AFTER = 5;
const BAN_SECONDS = 600;

/** The answer to a banned pair. */
export const BANNED: EmulatorAnswer = {
  status: 429,
  headers: { 'Retry-After': String(BAN_SECONDS) },
};

type TokenError =
  'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/** Whether requests to this path ask for a token. */
export function isTokenPath(path: string): boolean {
  return TOKEN_PATHS.has(path.toLowerCase());
}

/**
 * Judges a client credentials request as IdentityServer does: its credentials, if it has any, and why it gets no token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function judgeTokenRequest(
  request: ReceivedTokenRequest,
  secretOf: (clientId: string) => string | undefined,
): {
  readonly credentials?: ClientCredentialsInput;
  readonly error?: TokenError;
} {
  const fields = fieldsOf(request);
  const credentials =
    basicCredentials(request.headers.authorization) ?? credentialsIn(fields);
  const grantType = fields.get('grant_type');
  if (!credentials || !grantType) return { error: 'invalid_request' };
  if (grantType !== 'client_credentials')
    return { credentials, error: 'unsupported_grant_type' };
  return credentials.clientSecret === secretOf(credentials.clientId)
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
): ClientCredentialsInput | undefined {
  const clientId = fields.get('client_id');
  const clientSecret = fields.get('client_secret');
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basicCredentials(
  authorization = '',
): ClientCredentialsInput | undefined {
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
 * An answer of the token endpoint: a token, or an error, which is 400 also for a wrong secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export function tokenEndpointAnswer(
  body: Readonly<Record<string, unknown>>,
): EmulatorAnswer {
  return {
    status: 'error' in body ? 400 : 200,
    headers: {
      'Cache-Control': 'no-store, no-cache, max-age=0',
      Pragma: 'no-cache',
      'Set-Cookie': `AWSALB=${randomUUID()}; Path=/`,
    },
    body,
  };
}

/**
 * Bans a pair of client id and secret that was refused too often.
 *
 * Another id or another secret is another pair: not banned, and with a count of its own. When the ban ends, the count
 * starts again.
 *
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export class CredentialBan {
  readonly #pairs = new Map<string, { refusals: number; untilMs: number }>();
  readonly #now: () => number;
  readonly #banAfter: number;

  constructor(now: () => number, banAfter = BAN_AFTER) {
    this.#now = now;
    this.#banAfter = banAfter;
  }

  isBanned(pair: ClientCredentialsInput): boolean {
    return this.#now() < this.#stateOf(pair).untilMs;
  }

  countRefusal(pair: ClientCredentialsInput): void {
    const state = this.#stateOf(pair);
    state.refusals = (state.refusals + 1) % this.#banAfter;
    if (state.refusals === 0) state.untilMs = this.#now() + BAN_SECONDS * 1000;
  }

  #stateOf(pair: ClientCredentialsInput) {
    const key = JSON.stringify([pair.clientId, pair.clientSecret]);
    const state = this.#pairs.get(key) ?? { refusals: 0, untilMs: 0 };
    this.#pairs.set(key, state);
    return state;
  }
}
