import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { ClientCredentials } from '../../../lib/credential/client-credentials.js';
import {
  type StoredPart,
  TokenCipher,
} from '../../../lib/store/token-cipher.js';

const URL = 'https://api.aspose.cloud/connect/token';
const PAIR = { clientId: 'client', clientSecret: 'canary-secret' };

function cipherOf({
  url = URL,
  pair = {},
  keys,
}: {
  url?: string;
  pair?: Partial<typeof PAIR>;
  keys?: readonly Uint8Array[];
} = {}): TokenCipher {
  return new TokenCipher(
    url,
    new ClientCredentials({ ...PAIR, ...pair }),
    keys,
  );
}

const CIPHER = cipherOf();
const NAME = CIPHER.nameOf('token');
const VALUE = CIPHER.encrypt(NAME, 'canary-token');

const OTHERS: [string, TokenCipher][] = [
  ['secret', cipherOf({ pair: { clientSecret: 'another' } })],
  ['client id', cipherOf({ pair: { clientId: 'another' } })],
  ['endpoint', cipherOf({ url: `${URL}/v2` })],
  [
    'split of endpoint and client id',
    cipherOf({ url: `${URL}\0c`, pair: { clientId: 'lient' } }),
  ],
];

describe('The names of what is stored', () => {
  it('are the same in every process', () => {
    expect(cipherOf().nameOf('token')).toBe(NAME);
  });

  it.each(OTHERS)('are others with another %s', (_, other) => {
    expect(other.nameOf('token')).not.toBe(NAME);
  });

  it('stay the same with other encryption keys', () => {
    expect(cipherOf({ keys: [randomBytes(32)] }).nameOf('token')).toBe(NAME);
  });

  it('are in one place of a cluster for one credential', () => {
    const parts: StoredPart[] = ['token', 'log', 'lock'];
    const names = parts.map((part) => CIPHER.nameOf(part));
    expect(new Set(names).size).toBe(3);
    const tags = names.map((name) => /^\{([\w-]{43})\}:/.exec(name)?.[1]);
    expect(new Set(tags).size).toBe(1);
    expect(tags[0]).toBeDefined();
  });

  it('tell neither client id nor secret', () => {
    expect(NAME).not.toMatch(/client|canary/);
  });
});

describe('What is stored', () => {
  it('can be read in another process', () => {
    expect(cipherOf().decrypt(NAME, VALUE)).toBe('canary-token');
  });

  it('is another text each time, and none that can be read', () => {
    expect(CIPHER.encrypt(NAME, 'canary-token')).not.toBe(VALUE);
    expect(Buffer.from(VALUE, 'base64').toString('latin1')).not.toContain(
      'canary',
    );
  });

  it.each(OTHERS)('cannot be read with another %s', (_, other) => {
    expect(other.decrypt(NAME, VALUE)).toBeUndefined();
  });

  it('cannot be read under another name', () => {
    expect(CIPHER.decrypt(CIPHER.nameOf('log'), VALUE)).toBeUndefined();
  });

  it('cannot be read if any of its bits was changed', () => {
    const bytes = Buffer.from(VALUE, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(CIPHER.decrypt(NAME, changed.toString('base64'))).toBeUndefined();
    }
  });

  it.each([0, 1, 15, 16, 17, 32, 33, 44])(
    'cannot be read if only %i bytes of it are left',
    (length) => {
      const cut = Buffer.from(VALUE, 'base64').subarray(0, length);
      expect(CIPHER.decrypt(NAME, cut.toString('base64'))).toBeUndefined();
    },
  );

  it.each(['', 'canary-token', '{"token":"x"}', 'é€'])(
    'cannot be read if something else wrote it: %s',
    (text) => {
      expect(CIPHER.decrypt(NAME, text)).toBeUndefined();
    },
  );
});

describe('Encryption keys of the app', () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];

  it('encrypt in place of the client secret', () => {
    const own = cipherOf({ keys: [newer] });
    const value = own.encrypt(NAME, 'text');
    expect(CIPHER.decrypt(NAME, value)).toBeUndefined();
    expect(own.decrypt(NAME, VALUE)).toBeUndefined();
    expect(cipherOf({ keys: [newer] }).decrypt(NAME, value)).toBe('text');
  });

  it('decrypt what an older one encrypted, as long as it is listed', () => {
    const value = cipherOf({ keys: [older] }).encrypt(NAME, 'text');
    expect(cipherOf({ keys: [newer, older] }).decrypt(NAME, value)).toBe(
      'text',
    );
    expect(cipherOf({ keys: [newer] }).decrypt(NAME, value)).toBeUndefined();
  });

  it('encrypt with the first of them', () => {
    const value = cipherOf({ keys: [newer, older] }).encrypt(NAME, 'text');
    expect(cipherOf({ keys: [newer] }).decrypt(NAME, value)).toBe('text');
  });
});
