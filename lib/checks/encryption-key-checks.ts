import { types } from 'node:util';

import { typeOf } from './option-checks.js';

const KEY_BYTES = 32;

/** Problems with the keys that encrypt what is stored, unless there are none. Shows nothing of a key. */
export function encryptionKeyProblems(keys: unknown, name: string): string[] {
  if (keys === undefined) return [];
  if (!Array.isArray(keys) || keys.length === 0)
    return [
      `${name} must be a list of keys, not ${Array.isArray(keys) ? 'an empty one' : typeOf(keys)}.`,
    ];
  return keys.flatMap((key: unknown, index) =>
    types.isUint8Array(key) && key.length === KEY_BYTES
      ? []
      : [
          `${name}[${index}] must be a Uint8Array or a Buffer of ${KEY_BYTES} bytes, such as Buffer.from(base64, 'base64').`,
        ],
  );
}
