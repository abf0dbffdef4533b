import { generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';

import { defer, firstValueFrom } from 'rxjs';
// rxjs 7.1 exports operators only from here.
import { shareReplay } from 'rxjs/operators';

import type { TokenVerdict } from './request-log.js';

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
  readonly #issued = new Map<string, { clientId: string; expiresAt: number }>();
  readonly #keys: SigningKeys;
  readonly #now: () => number;
  readonly #staticToken: string | undefined;

  /** @param staticToken - the only token that is valid, in place of those that could be issued. */
  constructor(keys: SigningKeys, now: () => number, staticToken?: string) {
    this.#keys = keys;
    this.#now = now;
    this.#staticToken = staticToken;
  }

  /** Signs and remembers a token; no two are equal. */
  issue(clientId: string, lifetimeSeconds: number): string {
    if (this.#staticToken !== undefined) return this.#staticToken;
    const issuedAt = this.#now();
    const nbf = Math.floor(issuedAt / 1000);
    const claims = encode({
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
    });
    const unsigned = `${HEADER}.${claims}`;
    const { privateKey } = this.#keys;
    const signature = sign('sha256', Buffer.from(unsigned), privateKey);
    const token = `${unsigned}.${signature.toString('base64url')}`;
    // To the millisecond, unlike `exp`: a lifetime of 2 s lasts 2 s, however late in a second it began.
    const expiresAt = issuedAt + lifetimeSeconds * 1000;
    this.#issued.set(token, { clientId, expiresAt });
    return token;
  }

  /**
   * Judges an `Authorization` header: what its token is, whose and, unless it is valid, the challenge that answers it.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
   */
  check(authorization = ''): {
    readonly token: TokenVerdict;
    readonly clientId?: string;
    readonly challenge?: string;
  } {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined) return { token: 'none', challenge: 'Bearer' };
    const reason = this.#whyInvalid(token);
    if (reason !== undefined)
      return { token: 'invalid', challenge: invalidToken(reason) };
    const clientId = this.#issued.get(token)?.clientId;
    return { token: 'valid', ...(clientId !== undefined && { clientId }) };
  }

  /** Looks the whole text up, so a changed, revoked or foreign token is as unknown as a text that never was a token. */
  #whyInvalid(token: string): string | undefined {
    if (token === this.#staticToken) return undefined;
    const issued = this.#issued.get(token);
    if (issued === undefined) return 'The signature is invalid';
    const { expiresAt } = issued;
    return this.#now() < expiresAt
      ? undefined
      : `The token expired at '${formatExpiry(expiresAt)}'`;
  }

  /** Forgets every token issued so far. */
  revokeAll(): void {
    this.#issued.clear();
  }
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

/** The challenge to a token that is invalid for this reason. */
export function invalidToken(reason: string): string {
  return `Bearer error="invalid_token", error_description="${reason}"`;
}
