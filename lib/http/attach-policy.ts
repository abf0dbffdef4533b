import {
  AsposeAuthErrorCode,
  AsposeAuthError,
  ForeignOriginError,
} from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import { REDACTED_MARK } from '../token/redacted.js';

/** Who may receive the token, and what becomes of requests to others. */
export interface AttachPolicy {
  /** The origins that may receive the token, as `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /** Whether a request to another origin is left without the token, or is not made. */
  readonly onForeignOrigin: 'leave' | 'forbid';
  /** What the error of a forbidden request advises. */
  readonly advice?: string | undefined;
}

/** What decides whether a request may carry the token. */
export interface AttachRequest {
  /** Where it leads, as far as its client tells: text or a `URL`. */
  readonly url: unknown;
  /** The request's own authorization; undefined or null if it has none. */
  readonly authorization?: unknown;
  /** Whether its caller wants the token; as if true by default. */
  readonly attach?: boolean | undefined;
}

/**
 * Decides whether a request may carry the token: for every client, and nowhere else.
 *
 * Only an allowed origin gets it: scheme, host and port must be the same. A request with authorization of its own keeps
 * that, unless it was made from a printed or copied token, which no API accepts. A URL that cannot be read leads to no
 * allowed origin.
 *
 * @returns the origin to attach the token for; undefined where the request is left alone.
 * @throws {AsposeAuthError} where it is forbidden: it must not be sent at all.
 */
export function originForToken(
  { url, authorization, attach }: AttachRequest,
  { allowedOrigins, onForeignOrigin, advice }: AttachPolicy,
): string | undefined {
  assertUsable(authorization);
  if (attach === false || (authorization ?? undefined) !== undefined)
    return undefined;
  // Not the href of a URL: clients send what its text says, and a class of the app's may have that differ.
  const target =
    typeof url === 'string' || url instanceof URL ? String(url) : '';
  const origin = allowedOrigins.find((allowed) => isAtOrigin(target, allowed));
  if (origin !== undefined) return hasUserInfo(target) ? undefined : origin;
  if (onForeignOrigin === 'leave') return undefined;
  throw new ForeignOriginError(
    originOf(target) ?? 'An invalid URL',
    allowedOrigins,
    advice,
  );
}

/**
 * The origin that a URL leads to; undefined if it is not a valid URL.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6454#section-4
 */
export function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Whether a URL leads to an origin. Most begin with it: to parse them would take longer than all else here. */
export function isAtOrigin(url: string, origin: string): boolean {
  return (
    url === origin || url.startsWith(`${origin}/`) || originOf(url) === origin
  );
}

function assertUsable(authorization: unknown): void {
  if (typeof authorization !== 'string') return;
  if (authorization.includes(REDACTED_MARK))
    throw unusableToken(
      'The Authorization header holds a printed token ("[redacted …]"), which no API accepts. ' +
        'Write token.value in place of token, or leave the header out: it is attached for you.',
    );
  if (/^bearer (undefined|null|\[object \w+\])$/i.test(authorization.trim()))
    throw unusableToken(
      `The Authorization header reads "${authorization}", which no API accepts: a copy of an access token holds no text. ` +
        'Write the value of the token itself, or leave the header out: it is attached for you.',
    );
}

/** axios turns it into Basic authorization, in place of any other. */
function hasUserInfo(url: string): boolean {
  if (!url.includes('@')) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

/** The value of an `Authorization` header that carries a token: `Bearer`, and its {@link textOf | text}. */
export function bearerHeader(token: AccessToken): string {
  return `Bearer ${textOf(token)}`;
}

/**
 * The text of a token.
 *
 * @throws {AsposeAuthError} when the token is a copy, which holds no text.
 */
export function textOf({ value }: AccessToken): string {
  if (typeof value === 'string') return value;
  throw unusableToken(
    'A copy of an access token holds no text (structuredClone and { ...token } make such copies; so do some caches). ' +
      'Hand the token itself on, or its token.value.',
  );
}

/** The error for what is a token no longer. */
function unusableToken(message: string): AsposeAuthError {
  const { REDACTED_AUTHORIZATION } = AsposeAuthErrorCode;
  return new AsposeAuthError(REDACTED_AUTHORIZATION, message);
}
