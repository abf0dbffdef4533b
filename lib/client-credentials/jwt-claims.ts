/** The claims of a JWT that say how long it lives, in seconds since the epoch. */
export interface JwtClaims {
  readonly exp?: unknown;
  readonly iat?: unknown;
  readonly nbf?: unknown;
}

/**
 * Reads the claims of a JWT; undefined for other text.
 *
 * Nothing is verified: the claims serve to plan a refresh, never as proof.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-3
 */
export function readJwtClaims(text: string): JwtClaims | undefined {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    );
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How many seconds a JWT is valid for, counted from its own issue time or from the answer's `Date`, whichever is less.
 *
 * Each is a difference within one clock, so a wrong clock here does not matter.
 *
 * @param answeredAt - the answer's own `Date`, in seconds since the epoch; NaN without one.
 * @returns undefined if the claims do not tell.
 */
export function jwtLifetimeSeconds(
  claims: JwtClaims | undefined,
  answeredAt: number,
): number | undefined {
  const { exp, iat, nbf } = claims ?? {};
  if (typeof exp !== 'number') return undefined;
  const lifetimes = [iat ?? nbf, answeredAt]
    .filter((from): from is number => Number.isFinite(from))
    .map((from) => Math.floor(exp - from));
  return lifetimes.length === 0 ? undefined : Math.min(...lifetimes);
}
