import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import {
  type TenantTower,
  TenantTowers,
} from '../../../lib/tenants/tenant-towers.js';
import { ManualTokenClock } from '../../../lib/testing/index.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { TokenLayer } from '../../../lib/token/token-layer.js';

class CountedTower extends TokenLayer implements TenantTower {
  isRefreshing = false;
  listens = false;
  isRetired = false;
  isClosed = false;
  resets = 0;
  acquisitions = { memory: 0, store: 0, endpoint: 0 };

  constructor(readonly tenant: string) {
    super();
  }

  override async getToken() {
    return this.freshToken();
  }

  freshToken() {
    return new AccessToken(this.tenant);
  }

  override reset() {
    this.resets += 1;
  }

  override get isListening() {
    return this.listens;
  }

  override retire() {
    this.isRetired = true;
  }

  override close() {
    this.isClosed = true;
    super.close();
  }
}

function threeAtMost() {
  const clock = new ManualTokenClock();
  const built: CountedTower[] = [];
  const towers = new TenantTowers(
    { max: 3, idleMs: 60_000 },
    clock,
    (tenant) => {
      const tower = new CountedTower(tenant);
      built.push(tower);
      return tower;
    },
  );
  const ask = (tenant: string) => towers.use(tenant) as CountedTower;
  const use = (tenant: string) => {
    const tower = ask(tenant);
    towers.admit(tenant, tower);
    return tower;
  };
  const open = () =>
    built.filter(({ isClosed }) => !isClosed).map(({ tenant }) => tenant);
  const fetching = (tenant: string) => {
    const tower = ask(tenant);
    tower.isRefreshing = true;
    towers.admit(tenant, tower);
    return tower;
  };
  return { clock, towers, built, ask, use, fetching, open };
}

describe('The towers of tenants', () => {
  it('are made when they are first used, one for each', () => {
    const { towers, use, built } = threeAtMost();

    expect(use('a')).toBe(use('a'));
    expect(use('b')).not.toBe(use('a'));

    expect(built).toHaveLength(2);
    expect(towers.size).toBe(2);
    expect(towers.peek('c')).toBeUndefined();
  });

  it('keep tenants apart that are named as objects name things', () => {
    const { use, built } = threeAtMost();

    for (const tenant of ['__proto__', 'constructor', 'toString']) use(tenant);

    expect(built.map(({ tenant }) => tenant)).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
  });

  it('make room by the one that was used longest ago', () => {
    const { use, open } = threeAtMost();
    for (const tenant of ['a', 'b', 'c', 'a', 'd']) use(tenant);

    expect(open()).toEqual(['a', 'c', 'd']);
  });

  it('keep one that is fetching a token', () => {
    const { use, open } = threeAtMost();
    use('a').isRefreshing = true;
    for (const tenant of ['b', 'c', 'd']) use(tenant);

    expect(open()).toEqual(['a', 'c', 'd']);
  });

  it('are twice as many at most while all of them are fetching tokens', () => {
    const { towers, use, fetching, open } = threeAtMost();
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'f']) fetching(tenant);

    expect(() => use('g')).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.TENANT_LIMIT,
        retryAfterMs: 1_000,
        message: expect.stringContaining('tenants.max'),
      }),
    );
    expect(use('a').tenant).toBe('a');
    expect(towers.size).toBe(6);
    (towers.peek('b') as CountedTower).isRefreshing = false;
    fetching('g');
    expect(open()).toEqual(['a', 'c', 'd', 'e', 'f', 'g']);
  });

  it('go when they were not used for a while, unless they are fetching a token', async () => {
    const { clock, towers, use, open } = threeAtMost();
    use('a');
    use('b').isRefreshing = true;
    await clock.advance(59_999);
    use('c');
    expect(open()).toEqual(['a', 'b', 'c']);

    await clock.advance(1);
    use('c');
    expect(open()).toEqual(['b', 'c']);

    (towers.peek('b') as CountedTower).isRefreshing = false;
    use('c');
    expect(open()).toEqual(['c']);

    await clock.advance(60_000);
    use('d');
    expect(open()).toEqual(['d']);
  });

  it('need no timer', async () => {
    const { clock, use } = threeAtMost();
    use('a');

    expect(clock.scheduled.all).toBe(0);
  });

  it('are not made for a tenant that was unknown, for 30 s', async () => {
    const { clock, towers, use, built } = threeAtMost();
    const tower = use('a');

    expect(towers.dismiss('a', tower)).toMatchObject({
      code: AsposeAuthErrorCode.UNKNOWN_TENANT,
      retryAfterMs: 30_000,
    });

    await clock.advance(29_999);
    expect(() => use('a')).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.UNKNOWN_TENANT,
        retryAfterMs: 1,
      }),
    );
    await clock.advance(1);
    use('a');
    expect(built.map(({ tenant }) => tenant)).toEqual(['a', 'a']);
  });

  it('remember a thousand unknown tenants', () => {
    const { towers, use } = threeAtMost();
    for (let n = 0; n <= 1_000; n += 1)
      towers.dismiss(`stranger ${n}`, use(`stranger ${n}`));

    expect(() => use('stranger 1')).toThrow();
    expect(use('stranger 0').tenant).toBe('stranger 0');
  });

  it('do not take a tenant for unknown that was forgotten since it was looked up', () => {
    const { towers, use } = threeAtMost();
    const before = use('a');
    towers.forget('a');
    const after = use('a');

    expect(towers.dismiss('a', before)).toMatchObject({
      code: AsposeAuthErrorCode.UNKNOWN_TENANT,
    });

    expect(use('a')).toBe(after);
  });

  it('become as few again as they may be, once they were too many', () => {
    const { towers, use, fetching, built } = threeAtMost();
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'f']) fetching(tenant);
    for (const tower of built) tower.isRefreshing = false;

    use('g');

    expect(towers.size).toBe(3);
  });

  it('forget a tenant, and that it was unknown', () => {
    const { towers, use, open } = threeAtMost();
    const before = use('a');
    towers.dismiss('b', use('b'));

    towers.forget('a');
    towers.forget('b');
    towers.forget('c');

    expect(before).toMatchObject({ isRetired: true, isClosed: true });
    expect(use('a')).not.toBe(before);
    expect(use('b').tenant).toBe('b');
    expect(open().slice(-2)).toEqual(['a', 'b']);
  });

  it('leave none to make room for strangers, of whom there are so many at most', () => {
    const { ask, use, fetching, towers, open } = threeAtMost();
    for (const tenant of ['a', 'b', 'c']) use(tenant);
    const strangers = ['x', 'y', 'z'].map((stranger) =>
      Object.assign(ask(stranger), { isRefreshing: true }),
    );

    expect(() => ask('another')).toThrow(
      expect.objectContaining({ code: AsposeAuthErrorCode.TENANT_LIMIT }),
    );
    expect(open()).toEqual(['a', 'b', 'c', 'x', 'y', 'z']);
    const [x, y] = strangers;
    towers.dismiss('x', x!);
    y!.isRefreshing = false; // Its look-up failed.
    fetching('d');
    expect(
      ['a', 'b', 'c', 'd', 'y', 'z'].filter((one) => towers.peek(one)),
    ).toEqual(['c', 'd', 'y', 'z']);
  });

  it('end once nothing is on its way to them', () => {
    const { towers, ask, use, built } = threeAtMost();
    const evicted = Object.assign(use('a'), { listens: true });
    for (const tenant of ['b', 'c', 'd']) use(tenant);
    const dismissed = Object.assign(ask('e'), { isRefreshing: true });
    towers.dismiss('e', dismissed);
    use('d');
    expect(evicted).toMatchObject({ isRetired: true, isClosed: false });
    expect(dismissed).toMatchObject({ isRetired: false, isClosed: false });

    evicted.listens = false;
    dismissed.isRefreshing = false;
    use('d');

    expect(evicted.isClosed).toBe(true);
    expect(dismissed.isClosed).toBe(true);
    for (let n = 0; n < 2_000; n += 1) use(`late ${n}`).listens = true;
    const open = built.filter(({ isClosed }) => !isClosed);
    expect(open.length).toBeLessThanOrEqual(1_004);
  });

  it('know how many tokens were handed out, also by those that have ended', () => {
    const { towers, use, open } = threeAtMost();
    for (const [index, tenant] of ['a', 'b', 'c', 'd'].entries())
      use(tenant).acquisitions = { memory: 10 ** index, store: 1, endpoint: 2 };
    const all = { memory: 1_111, store: 4, endpoint: 8 };
    expect(towers.acquisitions).toEqual(all);
    use('b').listens = true;
    towers.forget('b');
    expect(towers.acquisitions).toEqual(all);

    use('c').listens = true;
    towers.forget('c');
    towers.close();

    expect(open()).toEqual([]);
    expect(towers.acquisitions).toEqual(all);
  });

  it('are reset and closed together', () => {
    const { towers, use, open, built } = threeAtMost();
    use('a');
    use('b');
    towers.dismiss('c', use('c'));

    towers.reset();
    expect(built.map(({ resets }) => resets)).toEqual([1, 1, 0]);
    expect(use('c').tenant).toBe('c');

    towers.close();
    expect(open()).toEqual([]);
    expect(() => use('d')).toThrow(
      expect.objectContaining({ code: AsposeAuthErrorCode.SHUT_DOWN }),
    );
  });
});
