import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** @internal The RSA pair access tokens are signed with. */
export interface SigningKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

let keys: Promise<SigningKeys> | undefined;

/**
 * Resolves to the signing keys of this process, made on the first call.
 *
 * @internal
 */
export function signingKeys(): Promise<SigningKeys> {
  // One pair serves every emulator: making it is the only slow part of a start, and
  // an emulator accepts only tokens it has issued itself, whoever signed them.
  return (keys ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }));
}
