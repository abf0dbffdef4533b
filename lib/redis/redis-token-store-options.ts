import { types } from 'node:util';

import { encryptionKeyProblems } from '../checks/encryption-key-checks.js';
import {
  isRecord,
  numberProblems,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';
import { InvalidOptionsError } from '../errors/errors.js';

/** What the store of {@link redisTokenStore} may be told. */
export interface RedisTokenStoreOptions {
  /**
   * What the names of all keys in Redis begin with, followed by a colon.
   *
   * @default 'aspose-auth'
   */
  readonly prefix?: string | undefined;
  /**
   * How long Redis may take to answer, in milliseconds, before the process goes on without it.
   *
   * @default 250
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Keys of 32 bytes each that encrypt what is stored. The first one encrypts, all of them decrypt: put a new one first, and
   * drop the old one when every replica has the new one.
   *
   * @default a key from the client secret
   */
  readonly encryptionKeys?: readonly Uint8Array[] | undefined;
}

const KNOWN = ['prefix', 'timeoutMs', 'encryptionKeys'];

const CANNOT_STORE = 'redisTokenStore() cannot share tokens';

/**
 * Asserts that the store can be made of a client and options.
 *
 * @throws {InvalidOptionsError} that lists every problem at once, and shows nothing of a URL or a key.
 */
export function assertStorable(client: unknown, options: unknown): void {
  const problems = [...clientProblems(client), ...optionProblems(options)];
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_STORE, problems);
}

/** Whether it is a client of ioredis or iovalkey. */
export function isIoredis(client: unknown): boolean {
  return has(client, 'defineCommand');
}

function isNodeRedis(client: unknown): boolean {
  return has(client, 'evalSha');
}

function has(client: unknown, method: string): boolean {
  return isRecord(client) && typeof client[method] === 'function';
}

function clientProblems(client: unknown): string[] {
  return isIoredis(client) || isNodeRedis(client)
    ? []
    : [
        `The client must be one of ioredis, iovalkey or node-redis, such as new Redis(url) or createClient({ url }), not ${whatItIs(client)}.`,
      ];
}

function whatItIs(client: unknown): string {
  if (typeof client === 'string' || client instanceof URL)
    return 'a URL: pass the client that your app makes of it';
  if (typeof client === 'function')
    return 'a class or a function: pass the client that it makes';
  if (types.isPromise(client) || has(client, 'then'))
    return 'a promise: await it';
  if (isRecord(client) && Object.getPrototypeOf(client) === Object.prototype)
    return 'its options: pass the client that your app makes of them';
  if (isRecord(client))
    return 'a client of another kind: it has neither defineCommand() nor evalSha()';
  return `${typeOf(client)}: was it injected?`;
}

function optionProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [`The options must be an object, not ${typeOf(options)}.`];
  return [
    ...unknownNames(options, KNOWN),
    ...prefixProblems(options['prefix']),
    ...numberProblems(options, 'timeoutMs'),
    ...encryptionKeyProblems(options['encryptionKeys'], 'encryptionKeys'),
  ];
}

function prefixProblems(prefix: unknown): string[] {
  if (prefix === undefined) return [];
  if (typeof prefix !== 'string' || prefix === '')
    return [
      `prefix must be a text such as 'aspose-auth', not ${prefix === '' ? 'an empty one' : typeOf(prefix)}.`,
    ];
  return /[{}]/.test(prefix)
    ? [
        'prefix must not have braces: they say where a Redis Cluster keeps a key, and the keys have their own.',
      ]
    : [];
}
