import { describe, expect, it } from 'vitest';

import { IoredisConnection } from '../../../lib/redis/ioredis.connection.js';
import { NodeRedisConnection } from '../../../lib/redis/node-redis.connection.js';

const answer = async () => undefined;

/** What a client of ioredis is seen as while its status goes through these. */
const looksAtIoredis = (...statuses: string[]) => {
  const client = {
    status: '',
    connect: answer,
    defineCommand: answer,
    evalsha: answer,
    eval: answer,
  };
  const connection = new IoredisConnection(client);
  return statuses.map((status) => {
    client.status = status;
    return connection.look();
  });
};

interface Seen {
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  readonly masters?: readonly { client?: { isReady: boolean } }[];
}

const looksAtNodeRedis = (...states: Seen[]) => {
  const client = { isOpen: false, evalSha: answer, eval: answer };
  const connection = new NodeRedisConnection(client);
  return states.map((state) => {
    Object.assign(client, state);
    return connection.look();
  });
};

describe('A client of ioredis', () => {
  it('is connecting for the first time until it is ready', () => {
    expect(looksAtIoredis('connecting', 'connect', 'ready')).toEqual([
      'connecting',
      'connecting',
      'ready',
    ]);
  });

  it.each(['close', 'reconnecting', 'end', 'disconnecting', 'monitoring'])(
    'is down when it is in %s, and until it is ready',
    (status) => {
      expect(
        looksAtIoredis('connecting', status, 'connecting', 'connect', 'ready'),
      ).toEqual(['connecting', 'down', 'down', 'down', 'ready']);
    },
  );

  it('is down when it was ready and connects again', () => {
    expect(looksAtIoredis('ready', 'connecting')).toEqual(['ready', 'down']);
  });

  it('is made to connect by a look at it, and nobody hears that it failed but its own listeners', async () => {
    let connects = 0;
    const client = {
      status: 'wait',
      connect: async () => {
        connects += 1;
        client.status = 'connecting';
        throw new Error('ECONNREFUSED');
      },
      defineCommand: answer,
      evalsha: answer,
      eval: answer,
    };
    const connection = new IoredisConnection(client);

    expect([connection.look(), connection.look()]).toEqual([
      'connecting',
      'connecting',
    ]);
    expect(connects).toBe(1);
  });
});

describe('A client of node-redis', () => {
  const CLOSED = { isOpen: false, isReady: false };
  const OPEN = { isOpen: true, isReady: false };
  const READY = { isOpen: true, isReady: true };

  it('is connecting until it is ready, also before the app connects it', () => {
    expect(looksAtNodeRedis(CLOSED, OPEN, READY)).toEqual([
      'connecting',
      'connecting',
      'ready',
    ]);
  });

  it('is down when it was ready and connects again', () => {
    expect(looksAtNodeRedis(READY, OPEN, READY, CLOSED)).toEqual([
      'ready',
      'down',
      'ready',
      'down',
    ]);
  });

  it('is down when it gave up', () => {
    expect(looksAtNodeRedis(OPEN, CLOSED, OPEN)).toEqual([
      'connecting',
      'down',
      'down',
    ]);
  });

  it('is ready as a cluster when one of its nodes is, or gets its client when it is used', () => {
    const down = { client: { isReady: false } };
    const ready = { client: { isReady: true } };

    expect(looksAtNodeRedis({ isOpen: true, masters: [] })).toEqual([
      'connecting',
    ]);
    expect(
      looksAtNodeRedis(
        { isOpen: true, masters: [down, down] },
        { isOpen: true, masters: [down, ready] },
        { isOpen: true, masters: [down, {}] },
        { isOpen: true, masters: [down, down] },
      ),
    ).toEqual(['connecting', 'ready', 'ready', 'down']);
  });
});
