import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  InvalidOptionsError,
  TokenStore,
} from '../../../lib/index.js';
import { redisTokenStore } from '../../../lib/redis/index.js';

const answer = async () => undefined;
const IOREDIS = {
  status: 'ready',
  connect: answer,
  defineCommand: answer,
  evalsha: answer,
  eval: answer,
};
const NODE_REDIS = { isOpen: true, evalSha: answer, eval: answer };

class OtherClient {
  get = answer;
}

function problemsOf(client: unknown, options?: unknown): readonly string[] {
  const error = errorOf(() =>
    redisTokenStore(client as typeof NODE_REDIS, options as object),
  );
  expect(error).toBeInstanceOf(InvalidOptionsError);
  const { code, message, problems } = error as InvalidOptionsError;
  expect(code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
  expect(message).toMatch(/^redisTokenStore\(\) cannot share tokens:\n/);
  return problems;
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('redisTokenStore', () => {
  it.each([
    ['Redis by ioredis', IOREDIS],
    ['Redis by node-redis', NODE_REDIS],
  ])('makes a store: %s', (name, client) => {
    const store = redisTokenStore(client);

    expect(store).toBeInstanceOf(TokenStore);
    expect(store).toMatchObject({ name, timeoutMs: 250 });
    expect(store.encryptionKeys).toBeUndefined();
  });

  it('takes every option', () => {
    const options = {
      prefix: 'reports:aspose',
      timeoutMs: 100,
      encryptionKeys: [Buffer.alloc(32), new Uint8Array(32)],
    };
    const { timeoutMs, encryptionKeys } = redisTokenStore(IOREDIS, options);

    expect({ timeoutMs, encryptionKeys }).toEqual({
      timeoutMs: 100,
      encryptionKeys: [new Uint8Array(32), new Uint8Array(32)],
    });
    const unset = { prefix: undefined, timeoutMs: undefined };
    expect(redisTokenStore(IOREDIS, unset).timeoutMs).toBe(250);
  });

  it('keeps copies of the keys, and prints none', () => {
    const key = Buffer.alloc(32, 7);
    const store = redisTokenStore(IOREDIS, { encryptionKeys: [key] });
    key.fill(0);

    expect(store.encryptionKeys).toEqual([new Uint8Array(32).fill(7)]);
    for (const printed of [inspect(store), JSON.stringify(store)])
      expect(printed).not.toContain('encryptionKeys');
  });

  it.each([
    ['nothing', undefined, 'not undefined: was it injected?'],
    ['null', null, 'not null: was it injected?'],
    ['a URL', 'redis://:7@host', 'not a URL: pass the client that your app'],
    ['a URL object', new URL('redis://:7@host'), 'not a URL: pass the client'],
    ['options', { host: 'host', password: '7' }, 'not its options: pass the'],
    ['a promise', Promise.resolve(NODE_REDIS), 'not a promise: await it.'],
    ['a class', OtherClient, 'not a class or a function: pass the client'],
    ['a list', [IOREDIS], 'not an array: was it injected?'],
    ['another', new OtherClient(), 'of another kind: it has neither define'],
  ])('says what to pass in place of %s', (_, client, problem) => {
    const problems = problemsOf(client);

    expect(problems).toEqual([
      expect.stringMatching(/^The client must be one of ioredis, iovalkey or/),
    ]);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain('7');
  });

  it.each([
    [
      { prefx: 'a' },
      'prefx is not an option. The options are prefix, timeoutMs, encryptionKeys.',
    ],
    ['aspose', 'The options must be an object, not string.'],
    [null, 'The options must be an object, not null.'],
    [
      { prefix: '' },
      "prefix must be a text such as 'aspose-auth', not an empty one.",
    ],
    [{ prefix: 7 }, "prefix must be a text such as 'aspose-auth', not number."],
    [
      { prefix: null },
      "prefix must be a text such as 'aspose-auth', not null.",
    ],
    [
      { prefix: '{aspose}' },
      'prefix must not have braces: they say where a Redis Cluster keeps a key, and the keys have their own.',
    ],
    [
      { prefix: 'a}' },
      'prefix must not have braces: they say where a Redis Cluster keeps a key, and the keys have their own.',
    ],
    [
      { timeoutMs: 0 },
      'timeoutMs must be a number above 0, and at most 2147483647.',
    ],
    [
      { timeoutMs: Infinity },
      'timeoutMs must be a number above 0, and at most 2147483647.',
    ],
    [
      { timeoutMs: '250' },
      'timeoutMs must be a number above 0, and at most 2147483647.',
    ],
    [
      { encryptionKeys: [] },
      'encryptionKeys must be a list of keys, not an empty one.',
    ],
    [
      { encryptionKeys: Buffer.alloc(32) },
      'encryptionKeys must be a list of keys, not object.',
    ],
    [
      { encryptionKeys: null },
      'encryptionKeys must be a list of keys, not null.',
    ],
    [
      { encryptionKeys: [Buffer.alloc(32), Buffer.alloc(31)] },
      "encryptionKeys[1] must be a Uint8Array or a Buffer of 32 bytes, such as Buffer.from(base64, 'base64').",
    ],
    [
      { encryptionKeys: ['7'.repeat(32)] },
      "encryptionKeys[0] must be a Uint8Array or a Buffer of 32 bytes, such as Buffer.from(base64, 'base64').",
    ],
    [
      { encryptionKeys: [new Uint16Array(32)] },
      "encryptionKeys[0] must be a Uint8Array or a Buffer of 32 bytes, such as Buffer.from(base64, 'base64').",
    ],
  ])('says what is wrong with %j', (options, problem) => {
    expect(problemsOf(IOREDIS, options)).toEqual([problem]);
  });

  it('says everything at once', () => {
    const options = { prefix: '', timeoutMs: -1, encryptionKeys: [undefined] };

    expect(problemsOf(undefined, options)).toHaveLength(4);
  });
});
