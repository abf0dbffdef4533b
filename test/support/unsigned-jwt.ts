/** A JWT that carries these claims; its signature is none. */
export function unsignedJwt(claims: unknown): string {
  return [{ alg: 'RS256', typ: 'JWT' }, claims, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}
