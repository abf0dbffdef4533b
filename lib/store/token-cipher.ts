import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

import type { ClientCredentials } from '../credential/client-credentials.js';

/** What of a credential is stored. */
export type StoredPart = 'token' | 'log' | 'lock';

interface Key {
  readonly id: Buffer;
  readonly bytes: Uint8Array;
}

const VERSION = Buffer.of(1);
const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Names and encrypts what is stored of one credential.
 *
 * Both need the client secret, so who can read the store learns nothing, and a tenant can neither find nor read what is
 * another's. With another secret, everything has other names. Names are bound into the values: one that is moved to another
 * name cannot be read there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export class TokenCipher {
  readonly #tag: string;
  /** The first one encrypts. */
  readonly #keys: readonly Key[];

  /**
   * @param url - the token endpoint's URL.
   * @param encryptionKeys - keys of 32 bytes, in place of one from the client secret.
   */
  constructor(
    url: string,
    { clientId, clientSecret }: ClientCredentials,
    encryptionKeys?: readonly Uint8Array[],
  ) {
    const salt = createHash('sha256').update(`${url}\0${clientId}`).digest();
    const derived = (purpose: string) =>
      Buffer.from(
        hkdfSync('sha256', clientSecret.value, salt, purpose, KEY_BYTES),
      );
    const nameKey = derived('aspose-auth/v1 name');
    const identity = JSON.stringify([url, clientId]);
    this.#tag = createHmac('sha256', nameKey)
      .update(identity)
      .digest('base64url');
    this.#keys = (encryptionKeys ?? [derived('aspose-auth/v1 value')]).map(
      (bytes) => ({ id: idOf(bytes), bytes }),
    );
  }

  /** The name under which a part is stored. A Redis cluster keeps all of one credential in one place. */
  nameOf(part: StoredPart): string {
    return `{${this.#tag}}:${part}`;
  }

  /** Encrypts what is to be stored under a name. */
  encrypt(name: string, text: string): string {
    const key = this.#keys[0]!;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, {
      authTagLength: TAG_BYTES,
    }).setAAD(boundTo(name, key));
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
    const parts = [VERSION, key.id, iv, ciphertext, cipher.getAuthTag()];
    return Buffer.concat(parts).toString('base64');
  }

  /** Decrypts what was stored under a name; undefined if it is not what was encrypted for it. */
  decrypt(name: string, value: string): string | undefined {
    const bytes = Buffer.from(value, 'base64');
    const headBytes = VERSION.length + ID_BYTES + IV_BYTES;
    if (bytes.length < headBytes + TAG_BYTES) return undefined;
    const id = bytes.subarray(VERSION.length, VERSION.length + ID_BYTES);
    const key = this.#keys.find((known) => known.id.equals(id));
    if (key === undefined || !bytes.subarray(0, 1).equals(VERSION))
      return undefined;
    const iv = bytes.subarray(VERSION.length + ID_BYTES, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, {
      authTagLength: TAG_BYTES,
    })
      .setAAD(boundTo(name, key))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const ciphertext = bytes.subarray(headBytes, -TAG_BYTES);
      return decipher.update(ciphertext, undefined, 'utf8') + decipher.final();
    } catch {
      return undefined;
    }
  }
}

function idOf(bytes: Uint8Array): Buffer {
  const digest = createHash('sha256').update('aspose-auth/v1 key id');
  return digest.update(bytes).digest().subarray(0, ID_BYTES);
}

function boundTo(name: string, { id }: Key): Buffer {
  return Buffer.concat([VERSION, id, Buffer.from(name)]);
}
