import { originOf } from './origin-policy.js';

/** Whether the token was still with a request when it was answered; `perhaps` after redirects that nobody saw. */
export type Authorisation = 'yes' | 'no' | 'perhaps';

/** Tells it of an answer of `fetch`: other origins, at which it is taken off, may lie between two of the same. */
export function authorisationOf(
  { redirected, url }: Response,
  origin: string | undefined,
): Authorisation {
  if (!redirected) return 'yes';
  return originOf(url) === origin ? 'perhaps' : 'no';
}

/**
 * Tells whether a 401 is about the token: its `WWW-Authenticate` names no error, or `invalid_token`. Where the token may
 * have been lost on the way, it has to name that.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function isAboutToken(
  challenge: string | undefined,
  authorisation: Authorisation,
): boolean {
  if (authorisation === 'no') return false;
  const error = errorOf(challenge);
  return error === undefined
    ? authorisation === 'yes'
    : error === 'invalid_token';
}

function errorOf(challenge = ''): string | undefined {
  for (const [, name, quoted, bare] of challenge.matchAll(PARAMETER))
    if (name?.toLowerCase() === 'error') return (quoted ?? bare)?.toLowerCase();
  return undefined;
}

/** A parameter of a challenge: what is quoted may hold anything. */
const PARAMETER = /([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([\w-]+))/g;
