import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { type Answer, json, refused } from '../../support/token-tower.js';
import {
  accept,
  NEW,
  OLD,
  secretsSent,
  vaultTower,
} from '../../support/vault-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const HOUR = 3_600_000;

describe('RefreshingTokenSource, when rotated credentials are refused', () => {
  it('asks the function again, and tries another pair at once', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault, events } = tower;
    await tokens.getToken();
    vault.holds = () => NEW;
    accept(tower, 'new-secret');
    await clock.advance(HOUR);
    expect((await tokens.getToken()).value).toBe('token-3');
    expect(secretsSent(tower)).toEqual([
      'old-secret',
      'old-secret',
      'new-secret',
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'credentials-changed',
        clientIdChanged: false,
      }),
    );
  });

  it('asks the function at most once per 5 s, however many callers there are', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    tower.answer = refused;
    await tokens.getToken().catch(() => {});
    expect(vault.reads).toBe(1);
    const readAt: number[] = [];
    while (clock.monotonicNow() < 30_000) {
      const before = vault.reads;
      for (let i = 0; i < 10; i += 1) watch(tokens.getToken());
      await clock.advance(0);
      if (vault.reads > before) readAt.push(clock.monotonicNow());
      await clock.advance(250);
    }
    expect(readAt).toEqual([5_000, 10_000, 15_000, 20_000, 25_000]);
    expect(secretsSent(tower)).toEqual(['old-secret']);
  });

  it('tries the current pair once its hold is over, while the function hangs', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    tower.answer = refused;
    await tokens.getToken().catch(() => {});
    vault.holds = () => new Promise(() => {});
    accept(tower, 'old-secret');
    await clock.advance(70_000);

    const call = watch(tokens.getToken());
    await clock.advance(10_000);

    expect(call.value).toBeDefined();
  });

  it('does not ask the function while nothing is refused', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    tower.answer = () => json(500, {});
    for (let i = 0; i < 20; i += 1) {
      watch(tokens.getToken());
      await clock.advance(5_000);
    }
    expect(vault.reads).toBe(1);
  });

  it('tries the pair again that it gave before only after its hold', async () => {
    const tower = vaultTower();
    const { tokens, clock } = tower;
    tower.answer = refused;
    await tokens.getToken().catch(() => {});
    await clock.advance(59_999);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 1,
      cause: { code: C.CREDENTIALS_REFUSED },
    });
    expect(tower.requests).toHaveLength(1);
    await clock.advance(1);
    await tokens.getToken().catch(() => {});
    expect(tower.requests).toHaveLength(2);
  });

  it('holds each refused pair by itself', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    tower.answer = refused;
    const pairs = [OLD, NEW, OLD, NEW, OLD];
    for (const pair of pairs) {
      vault.holds = () => pair;
      await tokens.getToken().catch(() => {});
      await clock.advance(5_000);
    }
    expect(secretsSent(tower)).toEqual(['old-secret', 'new-secret']);
  });

  it('keeps a pair that works, after the function failed to give another', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault, script, events } = tower;
    await tokens.getToken();
    await clock.advance(HOUR);
    script.push(refused);
    vault.holds = () => Promise.reject(new Error('vault is sealed'));
    const call = watch(tokens.getToken());
    await clock.advance(0);
    expect(call.reason).toMatchObject({ failure: 'transient' });
    await clock.advance(60_000);
    expect((await tokens.getToken()).value).toBe('token-3');
    expect(secretsSent(tower)).toEqual(Array(3).fill('old-secret'));
    expect(events.at(-2)).toMatchObject({
      type: 'credentials-kept',
      message: expect.stringContaining('failed (Error)'),
    });
  });

  it('tells the refusal to the caller it happened to, even where it asked for another pair', async () => {
    const tower = vaultTower();
    const { tokens, clock, events } = tower;
    await tokens.getToken();
    await clock.advance(HOUR);
    tower.answer = refused;
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.CREDENTIALS_REFUSED,
      status: 400,
      attempts: 1,
      retryAfterMs: 60_000,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      code: C.CREDENTIALS_REFUSED,
      status: 400,
      attempts: 1,
    });
  });

  it('asks the function before it sends the pair again, however long ago that was refused', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    tower.answer = refused;
    await tokens.getToken().catch(() => {});
    vault.holds = () => NEW;
    accept(tower, 'new-secret');
    await clock.advance(HOUR);
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(secretsSent(tower)).toEqual(['old-secret', 'new-secret']);
  });

  it('asks the function first after a reset', async () => {
    const tower = vaultTower();
    const { tokens, vault } = tower;
    tower.answer = refused;
    await tokens.getToken().catch(() => {});
    vault.holds = () => NEW;
    accept(tower, 'new-secret');
    tokens.reset();
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(secretsSent(tower)).toEqual(['old-secret', 'new-secret']);
    expect(vault.reads).toBe(2);
  });

  it('sits out a short Retry-After, as with a fixed pair', async () => {
    const tower = vaultTower();
    const { tokens, clock, script } = tower;
    await tokens.getToken();
    await clock.advance(HOUR);
    script.push(() => json(429, {}, { 'retry-after': '2' }));
    const call = watch(tokens.getToken());
    await clock.advance(1_999);
    expect(call.state).toBe('pending');
    expect(tower.requests).toHaveLength(2);
    await clock.advance(1);
    expect(call.value?.value).toBe('token-3');
  });

  it('tells a refusal once, however often the function gives the same pair', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault, events } = tower;
    await tokens.getToken();
    await clock.advance(0.9 * HOUR);
    tower.answer = refused;
    for (let second = 0; second < 59; second += 1) {
      await tokens.getToken();
      await clock.advance(1_000);
    }
    expect(vault.reads).toBeGreaterThan(10);
    expect(events.filter(({ type }) => type === 'refresh-failed')).toHaveLength(
      1,
    );
  });
});

describe('RefreshingTokenSource, when its token is unauthorized while the credentials are held back', () => {
  const API = 'https://api.aspose.cloud';

  /** An engine with a valid token whose refresh has just been turned away. */
  async function heldTower(answer: Answer) {
    const tower = vaultTower();
    const { tokens, clock } = tower;
    const token = await tokens.getToken();
    await clock.advance(0.8 * HOUR);
    tower.answer = answer;
    await tokens.getToken();
    await clock.advance(6_000);
    return { ...tower, tower, token };
  }

  it.each<[string, Answer]>([
    ['refused', refused],
    ['throttled', () => json(503, {}, { 'retry-after': '600' })],
  ])('keeps the token: %s', async (_, answer) => {
    const { tokens, clock, token, requests } = await heldTower(answer);

    expect(
      await tokens.getToken({ unauthorized: { token, origin: API } }),
    ).toBe(token);
    await clock.advance(0);
    expect(await tokens.getToken()).toBe(token);
    expect(requests).toHaveLength(2);
  });

  it('keeps it also while the function is being asked', async () => {
    const { tokens, clock, token, vault } = await heldTower(refused);
    let answer: (pair: typeof OLD) => void = () => {};
    vault.holds = () => new Promise((resolve) => (answer = resolve));
    await tokens.getToken();
    await clock.advance(0);

    expect(
      await tokens.getToken({ unauthorized: { token, origin: API } }),
    ).toBe(token);
    answer(OLD);
    await clock.advance(0);
    expect(tokens.peekToken()).toBe(token);
  });

  it('asks the function, which may know better', async () => {
    const { tokens, clock, token, tower } = await heldTower(refused);
    tower.vault.holds = () => NEW;
    accept(tower, 'new-secret');

    expect(
      await tokens.getToken({ unauthorized: { token, origin: API } }),
    ).toBe(token);
    await clock.advance(0);
    expect(tokens.peekToken()?.value).toBe('token-3');
  });
});
