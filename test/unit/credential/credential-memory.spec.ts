import { describe, expect, it } from 'vitest';

import {
  type CredentialIdentity,
  credentialKey,
  CredentialMemory,
} from '../../../lib/credential/credential-memory.js';
import type { CredentialRecord } from '../../../lib/credential/credential-record.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { ClientCredentials } from '../../../lib/credential/client-credentials.js';

const IDENTITY: CredentialIdentity = {
  url: 'https://api.aspose.cloud/connect/token',
  pair: new ClientCredentials({ clientId: 'id', clientSecret: 'secret' }),
};

function memoryOf(capacity?: number) {
  const clock = new ManualTokenClock();
  return { clock, memory: new CredentialMemory(clock, capacity) };
}

function refuse(record: CredentialRecord, clock: ManualTokenClock): void {
  const at = clock.monotonicNow();
  record.settle({ id: 'attempt', at, leaseUntil: at }, { type: 'refused' });
}

describe('credentialKey', () => {
  it.each<[string, Partial<CredentialIdentity>]>([
    ['another endpoint', { url: 'https://api.groupdocs.cloud/connect/token' }],
    [
      'another secret',
      {
        pair: new ClientCredentials({ clientId: 'id', clientSecret: 'other' }),
      },
    ],
    [
      'another client id',
      {
        pair: new ClientCredentials({ clientId: 'ID', clientSecret: 'secret' }),
      },
    ],
    ['a scope', { scope: 'read' }],
    ['a parameter', { parameters: { audience: 'cells' } }],
  ])('differs with %s', (_, change) => {
    expect(credentialKey({ ...IDENTITY, ...change })).not.toBe(
      credentialKey(IDENTITY),
    );
  });

  it.each<[string, Partial<CredentialIdentity>, Partial<CredentialIdentity>]>([
    [
      'the same pair',
      {
        pair: new ClientCredentials({ clientId: 'id', clientSecret: 'secret' }),
      },
      {},
    ],
    ['the order of scopes', { scope: 'b  a a' }, { scope: 'a b' }],
    [
      'the order of parameters',
      { parameters: { a: '1', b: '2' } },
      { parameters: { b: '2', a: '1' } },
    ],
    ['no scope and no parameters', { scope: '', parameters: {} }, {}],
  ])('is the same for %s', (_, one, other) => {
    expect(credentialKey({ ...IDENTITY, ...one })).toBe(
      credentialKey({ ...IDENTITY, ...other }),
    );
  });

  it('does not give the secret away', () => {
    expect(credentialKey(IDENTITY)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('CredentialMemory', () => {
  it('gives all who use a credential the same record', () => {
    const { memory } = memoryOf();
    const record = memory.use('a', {});
    expect(memory.use('a', {})).toBe(record);
    expect(memory.use('b', {})).not.toBe(record);
  });

  it('remembers what a credential did after its last user is gone, but not its token', () => {
    const { memory, clock } = memoryOf();
    const users = [{}, {}];
    const [record] = users.map((user) => memory.use('a', user));
    refuse(record!, clock);
    const token = new AccessToken('token');
    record!.offer(token);
    memory.release('a', users[0]!);
    memory.release('a', users[0]!);
    expect(record!.tokenNewerThan(undefined)).toBe(token);
    memory.release('a', users[1]!);
    const again = memory.use('a', {});
    expect(again.tokenNewerThan(undefined)).toBeUndefined();
    expect(again.holds()).toMatchObject([{ reason: 'refused' }]);
  });

  it('ignores the release of what it does not know', () => {
    const { memory } = memoryOf();
    memory.release('a', {});
    expect(memory.size).toBe(0);
  });

  it('remembers ten thousand credentials', () => {
    const { memory } = memoryOf();
    const user = {};
    for (let i = 0; i < 10_001; i += 1) {
      memory.use(`${i}`, user);
      memory.release(`${i}`, user);
    }
    expect(memory.size).toBe(10_000);
  });

  it('forgets the credential that was released longest ago', () => {
    const { memory } = memoryOf(2);
    const user = {};
    const [a, b] = ['a', 'b'].map((key) => memory.use(key, user));
    memory.release('b', user);
    memory.release('a', user);
    memory.use('c', user);
    expect(memory.use('a', user)).toBe(a);
    expect(memory.use('b', user)).not.toBe(b);
  });

  it('forgets no credential that is in use, and the first that is released', () => {
    const { memory } = memoryOf(2);
    const user = {};
    const [a, b, c] = ['a', 'b', 'c'].map((key) => memory.use(key, user));
    expect(memory.size).toBe(3);
    memory.release('b', user);
    expect(memory.size).toBe(2);
    expect(memory.use('a', user)).toBe(a);
    expect(memory.use('c', user)).toBe(c);
    expect(memory.use('b', user)).not.toBe(b);
  });

  it('forgets no credential with an attempt under way', async () => {
    const { memory } = memoryOf(1);
    const user = {};
    const a = memory.use('a', user);
    const token = new AccessToken('token');
    const underWay = a.join(async () => {
      await Promise.resolve();
      return token;
    });
    memory.release('a', user);
    memory.use('b', user);
    expect(memory.use('a', user)).toBe(a);
    await underWay;
  });

  it('forgets who is held last, the oldest first', () => {
    const { memory, clock } = memoryOf(2);
    const user = {};
    const held = ['a', 'b'].map((key) => {
      const record = memory.use(key, user);
      refuse(record, clock);
      memory.release(key, user);
      return record;
    });
    memory.use('free', user);
    expect(memory.use('b', user)).toBe(held[1]);
    memory.release('free', user);
    memory.release('b', user);
    memory.use('new', user);
    expect(memory.size).toBe(2);
    expect(memory.use('b', user)).toBe(held[1]);
    expect(memory.use('a', user)).not.toBe(held[0]);
  });
});
