/**
 * Tells whether a `WWW-Authenticate` header speaks of the token: its Bearer challenge names no error, or
 * `invalid_token`. Without a Bearer challenge, that goes for whatever it has.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function challengesToken(challenge = ''): boolean {
  const errors = errorsByScheme(challenge);
  const named = errors.has('bearer')
    ? errors.get('bearer')
    : [...errors.values()].find((error) => error !== undefined);
  return named === undefined || named.toLowerCase() === 'invalid_token';
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
