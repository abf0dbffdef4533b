import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { ForeignOriginError } from '../errors/foreign-origin.error.js';
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

/** Attach the token and send it to that origin, send the request as it is, or do not send it. */
export type AttachDecision =
  | { readonly verdict: 'attach'; readonly origin: string }
  | { readonly verdict: 'leave' }
  | { readonly verdict: 'forbid'; readonly error: AsposeAuthError };

const LEAVE: AttachDecision = { verdict: 'leave' };

/**
 * Decides whether a request may carry the token: for every client, and nowhere else.
 *
 * Only an allowed origin gets it: scheme, host and port must be the same. A request with authorization of its own keeps
 * that, unless it was made from a printed or copied token, which no API accepts. A URL that cannot be read leads to no
 * allowed origin.
 */
export function attachDecision(
  { url, authorization, attach }: AttachRequest,
  { allowedOrigins, onForeignOrigin, advice }: AttachPolicy,
): AttachDecision {
  const problem = authorizationProblem(authorization);
  if (problem !== undefined)
    return {
      verdict: 'forbid',
      error: new AsposeAuthError(
        AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
        problem,
      ),
    };
  if (attach === false || (authorization ?? undefined) !== undefined)
    return LEAVE;
  const text = url instanceof URL ? url.href : url;
  const target = typeof text === 'string' ? text : '';
  const origin = allowedOrigins.find((allowed) => isAtOrigin(target, allowed));
  if (origin !== undefined)
    return hasUserInfo(target) ? LEAVE : { verdict: 'attach', origin };
  if (onForeignOrigin === 'leave') return LEAVE;
  const error = new ForeignOriginError(
    originOf(target) ?? 'An invalid URL',
    allowedOrigins,
    advice,
  );
  return { verdict: 'forbid', error };
}

/**
 * The origin that gets the token of a request; undefined when it is sent without one.
 *
 * @throws {AsposeAuthError} when it is not to be sent at all.
 */
export function originForToken(
  request: AttachRequest,
  policy: AttachPolicy,
): string | undefined {
  const decision = attachDecision(request, policy);
  if (decision.verdict === 'forbid') throw decision.error;
  return decision.verdict === 'attach' ? decision.origin : undefined;
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

function authorizationProblem(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  if (authorization.includes(REDACTED_MARK))
    return (
      'The Authorization header holds a printed token ("[redacted …]"), which no API accepts. ' +
      'Write token.value in place of token, or leave the header out: it is attached for you.'
    );
  return /^bearer (undefined|null|\[object \w+\])$/i.test(authorization.trim())
    ? `The Authorization header reads "${authorization}", which no API accepts: a copy of an access token holds no text. ` +
        'Write the value of the token itself, or leave the header out: it is attached for you.'
    : undefined;
}

/** axios turns it into Basic authorization, in place of any other. */
function hasUserInfo(url: string): boolean {
  if (!url.includes('@')) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
