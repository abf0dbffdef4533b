import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  refused,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

describe('RefreshingTokenSource explains itself', () => {
  it('before the first call', () => {
    expect(tokenTower().tokens.explain()).toEqual({
      mode: 'client-credentials',
      clientId: 'client',
      hold: undefined,
      budgetLeft: 5,
      token: undefined,
      isRefreshing: false,
      failure: undefined,
      acquisitions: { memory: 0, store: 0, endpoint: 0 },
      origins: [],
      decisions: [],
    });
  });

  it('with a token', async () => {
    const { tokens, clock, token } = await agedTower(600_000);
    expect(tokens.explain()).toMatchObject({
      token: {
        fingerprint: token.fingerprint,
        state: 'fresh',
        ageMs: 600_000,
        lifetimeMs: 3_600_000,
        refreshInMs: expect.closeTo(2_100_000, 3),
        runwayMs: 2_999_000,
      },
      isRefreshing: false,
      decisions: [{ type: 'fetched', token: token.fingerprint }],
    });
    await clock.advance(3_600_000);
    expect(tokens.explain().token).toMatchObject({
      state: 'expired',
      ageMs: 4_200_000,
      refreshInMs: expect.closeTo(-1_500_000, 3),
      runwayMs: 0,
    });
  });

  it('during a refresh', async () => {
    const { tokens, clock, script } = await agedTower(2_700_001);
    const held = heldAnswer();
    script.push(held.answer);
    await tokens.getToken();
    expect(tokens.explain().isRefreshing).toBe(true);
    held.reply(granted('new'));
    await clock.advance(0);
    expect(tokens.explain().isRefreshing).toBe(false);
  });

  it('while something holds it back', async () => {
    const { tokens, script } = tokenTower();
    script.push(refused);
    await tokens.getToken().catch(() => {});
    expect(tokens.explain()).toMatchObject({
      hold: {
        reason: 'refused',
        remainingMs: 60_000,
        cause: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      },
      budgetLeft: 4,
    });
  });

  it('by the failures since the last token', async () => {
    const { tokens, clock, script } = await agedTower(2_700_001);
    const fail = async () => {
      script.push(() => json(502, 'down'));
      await tokens.getToken();
      await clock.advance(5_000);
    };
    expect(tokens.explain().failure).toBeUndefined();

    await fail();
    await fail();

    expect(tokens.explain().failure).toEqual({
      code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
      status: 502,
      flights: 2,
      forMs: 10_000,
    });
    await tokens.getToken();
    await clock.advance(0);
    expect(tokens.explain().failure).toBeUndefined();
  });

  it('without the failures that a reset forgets', async () => {
    const { tokens, script } = tokenTower();
    script.push(refused);
    await tokens.getToken().catch(() => {});
    expect(tokens.explain().failure).toMatchObject({ status: 400, flights: 1 });

    tokens.reset();

    expect(tokens.explain().failure).toBeUndefined();
  });

  it('by the tokens that it handed out, of which several may be one', async () => {
    const { tokens } = tokenTower();
    await Promise.all([tokens.getToken(), tokens.getToken()]);
    for (let i = 0; i < 3; i += 1) await tokens.getToken();
    await tokens.getToken({ minValidityMs: 1 });

    const { acquisitions } = tokens.explain();
    await tokens.getToken();

    expect(acquisitions).toEqual({ memory: 4, store: 0, endpoint: 2 });
  });

  it('by the tokens that it handed out from a store', async () => {
    const clock = new ManualTokenClock();
    const store = new MemoryTokenStore({ clock });
    await tokenTower({ store }, { clock }).tokens.getToken();
    const { tokens } = tokenTower({ store }, { clock });

    await tokens.getToken();
    await tokens.getToken();

    expect(tokens.explain().acquisitions).toEqual({
      memory: 1,
      store: 1,
      endpoint: 0,
    });
  });

  it('by its last twenty decisions, a storm of 401s among them as one', async () => {
    const { tokens, clock, events } = await agedTower(1_000);
    const answer401 = async (times: number) => {
      for (let i = 0; i < times; i += 1) {
        const token = tokens.peekToken();
        await tokens.getToken({
          unauthorized: token && { token, origin: 'https://a' },
        });
        await clock.advance(1);
      }
    };
    await answer401(500);
    expect(events.filter(({ type }) => type === 'unauthorized')).toHaveLength(
      500,
    );
    const { decisions = [] } = tokens.explain();
    expect(decisions.map(({ type }) => type)).toEqual([
      'fetched',
      'unauthorized',
      'fetched',
      'unauthorized',
      'renewal-held',
      'unauthorized',
    ]);
    expect(decisions.at(-1)?.at).toBe(events.at(-1)?.at);
    for (let i = 0; i < 30; i += 1) tokens.reset();
    expect(tokens.explain().decisions).toHaveLength(20);
  });
});

describe('RefreshingTokenSource tells', () => {
  it('of the first token, and of one that replaces a valid one', async () => {
    const { tokens, clock, script, events } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    watch(tokens.getToken());
    await clock.advance(120);
    held.reply(granted('first'));
    await clock.advance(3_000_000);
    await tokens.getToken();
    await clock.advance(0);
    const current = tokens.peekToken();
    expect(events).toEqual([
      {
        type: 'fetched',
        at: expect.any(Number),
        client: 'default',
        token: expect.stringMatching(/^[0-9a-f]{8}$/),
        lifetimeMs: 3_600_000,
        durationMs: 120,
        attempts: 1,
      },
      {
        type: 'refreshed',
        at: expect.any(Number),
        client: 'default',
        token: current?.fingerprint,
        lifetimeMs: 3_600_000,
        durationMs: 0,
        attempts: 1,
        replacedWithMs: 3_599_000 - 3_000_120,
      },
    ]);
  });

  it('of a token that replaces an expired one as of a first one', async () => {
    const { tokens, events } = await agedTower(3_599_000);
    await tokens.getToken();
    expect(events.map(({ type }) => type)).toEqual(['fetched']);
  });

  it.each([
    ['from the claims', { exp: 600, iat: 0 }, 600_000, 'jwt'],
    ['by assuming', {}, 300_000, 'default'],
  ])('once of a lifetime found %s', async (_, claims, lifetimeMs, from) => {
    const tower = tokenTower();
    const { tokens, clock, events } = tower;
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    tower.answer = () => json(200, { access_token: `e30.${payload}.sig` });
    await tokens.getToken();
    await clock.advance(3_600_000);
    await tokens.getToken();
    expect(events).toMatchObject([
      { type: 'lifetime-assumed', lifetimeMs, from },
      { type: 'fetched', lifetimeMs },
      { type: 'fetched', lifetimeMs },
    ]);
  });

  it('when each of it happened', async () => {
    const { tokens, clock, events } = tokenTower();
    await clock.advance(5_000);
    await tokens.getToken();
    clock.setWallClock(1_000);
    tokens.reset();
    const start = Date.UTC(2026, 0, 1);
    expect(events.map(({ at }) => at - start)).toEqual([5_000, 6_000]);
  });
});
