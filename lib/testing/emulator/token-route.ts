import { randomUUID } from 'node:crypto';
import { unescape } from 'node:querystring';

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

/** A client id and secret as a token request presents them. */
export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

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
  const headers = {
    'Cache-Control': 'no-store, no-cache, max-age=0',
    Pragma: 'no-cache',
    'Set-Cookie': `AWSALB=${randomUUID()}; Path=/`,
  };
  return { status, headers, body };
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
  readonly #refusals = new Map<string, number>();
  readonly #bannedUntilMs = new Map<string, number>();
  readonly #now: () => number;
  readonly #banAfter: number;

  constructor(now: () => number, banAfter = BAN_AFTER) {
    this.#now = now;
    this.#banAfter = banAfter;
  }

  isBanned(pair: PresentedCredentials): boolean {
    return this.#now() < (this.#bannedUntilMs.get(keyOf(pair)) ?? 0);
  }

  countRefusal(pair: PresentedCredentials): void {
    const key = keyOf(pair);
    const refusals = (this.#refusals.get(key) ?? 0) + 1;
    const bans = refusals >= this.#banAfter;
    this.#refusals.set(key, bans ? 0 : refusals);
    if (bans) this.#bannedUntilMs.set(key, this.#now() + BAN_SECONDS * 1000);
  }
}

function keyOf({ clientId, clientSecret }: PresentedCredentials): string {
  return JSON.stringify([clientId, clientSecret]);
}
