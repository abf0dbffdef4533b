import { randomUUID, sign } from 'node:crypto';
import type { SigningKeys } from './signing-keys.js';

const ISSUER = 'https://api.aspose.cloud';
const SCOPES = ['api.billing', 'api.identity', 'api.products', 'api.storage'];
const HEADER = encode({ alg: 'RS256', typ: 'JWT' });

/**
 * The access tokens an emulator has issued and still knows.
 *
 * @internal
 */
export class IssuedTokens {
  readonly #expiryByToken = new Map<string, number>();

  constructor(
    private readonly keys: SigningKeys,
    private readonly now: () => number,
  ) {}

  /** Signs and remembers a token which no other token equals. */
  issue(clientId: string, lifetimeSeconds: number): string {
    const issuedAt = this.now();
    const unsigned = `${HEADER}.${encode(claims(clientId, issuedAt, lifetimeSeconds))}`;
    const signature = sign(
      'sha256',
      Buffer.from(unsigned),
      this.keys.privateKey,
    );
    const token = `${unsigned}.${signature.toString('base64url')}`;
    // To the millisecond, unlike `exp`: a lifetime of 2 s lasts 2 s, however late in a second it began.
    this.#expiryByToken.set(token, issuedAt + lifetimeSeconds * 1000);
    return token;
  }

  /**
   * Says why a token is refused, or `undefined` when it is valid.
   *
   * A token is known by its whole text, so one with a changed claim or signature, of
   * another emulator, or revoked, is as unknown as one that never was a token.
   */
  refusalOf(token: string): string | undefined {
    const expiresAt = this.#expiryByToken.get(token);
    if (expiresAt === undefined) return 'The signature is invalid';
    return this.now() < expiresAt
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
    // Aspose tokens carry no `jti`, and RS256 signs the same claims to the same text:
    // a fresh storage id is what keeps two tokens of one second apart.
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
  const [date = '', time = ''] = new Date(expiresAt).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${time.slice(0, 8)}`;
}
