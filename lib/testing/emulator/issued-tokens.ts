import { generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';

import { defer, firstValueFrom, shareReplay } from 'rxjs';

const ISSUER = 'https://api.aspose.cloud';
const SCOPES = ['api.billing', 'api.identity', 'api.products', 'api.storage'];
const HEADER = encode({ alg: 'RS256', typ: 'JWT' });

// One pair for all emulators of a process: to make it is the only slow part of a start, and an emulator accepts only
// the tokens that it has issued itself, whatever signed them.
const KEYS = defer(() =>
  promisify(generateKeyPair)('rsa', { modulusLength: 2048 }),
).pipe(shareReplay(1));

/** The RSA pair that signs access tokens. */
export type SigningKeys = Record<'privateKey' | 'publicKey', KeyObject>;

/** Resolves to the signing keys of this process; the first call makes them. */
export function signingKeys(): Promise<SigningKeys> {
  return firstValueFrom(KEYS);
}

/** The access tokens that an emulator has issued and still knows. */
export class IssuedTokens {
  readonly #expiryByToken = new Map<string, number>();
  readonly #keys: SigningKeys;
  readonly #now: () => number;

  constructor(keys: SigningKeys, now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  /** Signs and remembers a token; no two are equal. */
  issue(clientId: string, lifetimeSeconds: number): string {
    const issuedAt = this.#now();
    const unsigned = `${HEADER}.${encode(claims(clientId, issuedAt, lifetimeSeconds))}`;
    const { privateKey } = this.#keys;
    const signature = sign('sha256', Buffer.from(unsigned), privateKey);
    const token = `${unsigned}.${signature.toString('base64url')}`;
    // To the millisecond, unlike `exp`: a lifetime of 2 s lasts 2 s, however late in a second it began.
    this.#expiryByToken.set(token, issuedAt + lifetimeSeconds * 1000);
    return token;
  }

  /**
   * Says why a token is invalid, or `undefined` when it is valid.
   *
   * Looks the whole text up, so a changed, revoked or foreign token is as unknown as a text that never was a token.
   */
  whyInvalid(token: string): string | undefined {
    const expiresAt = this.#expiryByToken.get(token);
    if (expiresAt === undefined) return 'The signature is invalid';
    return this.#now() < expiresAt
      ? undefined
      : `The token expired at '${formatExpiry(expiresAt)}'`;
  }

  /** Forgets every token issued so far. */
  revokeAll(): void {
    this.#expiryByToken.clear();
  }
}

function claims(
  clientId: string,
  issuedAt: number,
  lifetimeSeconds: number,
): object {
  const nbf = Math.floor(issuedAt / 1000);
  return {
    nbf,
    exp: nbf + lifetimeSeconds,
    iss: ISSUER,
    aud: [`${ISSUER}/resources`, ...SCOPES],
    client_id: clientId,
    // Aspose's tokens have no `jti`, and RS256 signs equal claims to equal texts: without an id of its own here, a
    // token would equal another one of the same second.
    client_default_storage: randomUUID(),
    client_identity_user_id: '1000001',
    scope: SCOPES,
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** `11/22/2026 08:00:00`, as ASP.NET Core prints it. */
function formatExpiry(expiresAt: number): string {
  const [year, month, day, time] = new Date(expiresAt)
    .toISOString()
    .split(/[-T.]/);
  return `${month}/${day}/${year} ${time}`;
}
