import { isAtOrigin } from './attach-policy.js';

/** Whether the token was still with a request when it was answered; `perhaps` after redirects that nobody saw. */
export type TokenArrival = 'yes' | 'no' | 'perhaps';

/** Reads it from an answer of `fetch`. Redirects may have left the origin, lost the token there and come back. */
export function fetchArrival(
  { redirected, url }: Response,
  origin: string,
): TokenArrival {
  if (!redirected) return 'yes';
  return isAtOrigin(url, origin) ? 'perhaps' : 'no';
}

/**
 * Tells whether a 401 is about the token: its `WWW-Authenticate` names no error, or `invalid_token`. Where the token may
 * have been lost on the way, it has to name that.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function isAboutToken(
  challenge: string | undefined,
  arrival: TokenArrival,
): boolean {
  if (arrival === 'no') return false;
  const error = challengeError(challenge);
  return error === undefined ? arrival === 'yes' : error === 'invalid_token';
}

/**
 * The error that a `WWW-Authenticate` header names, in lower case: that of its Bearer challenge or, without one, the
 * first of whatever it has.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function challengeError(challenge = ''): string | undefined {
  const errors = errorsByScheme(challenge);
  const named = errors.has('bearer')
    ? errors.get('bearer')
    : [...errors.values()].find((error) => error !== undefined);
  return named?.toLowerCase();
}

/** The first `error` of each scheme. */
function errorsByScheme(challenge: string): Map<string, string | undefined> {
  const errors = new Map<string, string | undefined>();
  let scheme = '';
  for (const [, word, value, quoted, bare] of challenge.matchAll(PIECE)) {
    const name = word?.toLowerCase();
    if (name === undefined) continue;
    if (value === undefined) scheme = name;
    const error =
      value !== undefined && name === 'error'
        ? (quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare)
        : undefined;
    errors.set(scheme, errors.get(scheme) ?? error);
  }
  return errors;
}

/**
 * A parameter with its value, a word alone, or a quoted text that belongs to none. What is quoted may hold anything.
 *
 * Linear: no repetition can give back what it took for another to take, and a text without a closing quote ends a piece.
 */
const PIECE =
  /([^\s,;="]+)(\s*=\s*(?:"((?:[^"\\]+|\\.?)*)"?|([^\s,;="]+))?)?|"(?:[^"\\]+|\\.?)*"?/gs;
