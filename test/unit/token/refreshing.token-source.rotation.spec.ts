import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/aspose-auth-error-code.js';
import type { ClientCredentialsInput } from '../../../lib/token/client-credentials.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  refused,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const HOUR = 3_600_000;
const OLD = { clientId: 'client', clientSecret: 'old-secret' };
const NEW = { clientId: 'client', clientSecret: 'new-secret' };
const OTHER = { clientId: 'other', clientSecret: 'other-secret' };

/** An engine over a vault whose content, or failure, the test sets. */
function vaultTower(first: ClientCredentialsInput = OLD) {
  const vault: {
    reads: number;
    holds: () => ClientCredentialsInput | Promise<ClientCredentialsInput>;
  } = { reads: 0, holds: () => first };
  const tower = tokenTower({
    credentials: () => {
      vault.reads += 1;
      return vault.holds();
    },
  });
  return Object.assign(tower, { vault });
}

type VaultTower = ReturnType<typeof vaultTower>;

/** Accepts this secret alone from now on. */
function accept(tower: VaultTower, secret: string): void {
  tower.answer = ({ body }) =>
    new URLSearchParams(body).get('client_secret') === secret
      ? granted(`token-${tower.requests.length}`)
      : refused();
}

function secretsSent({ requests }: VaultTower): (string | null)[] {
  return requests.map(({ body }) =>
    new URLSearchParams(body).get('client_secret'),
  );
}

describe('RefreshingTokenSource, with credentials from a function', () => {
  it('asks it before the first request, and for that one alone', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    expect(tokens.clientId).toBeUndefined();
    expect(vault.reads).toBe(0);
    await tokens.getToken();
    expect(tokens.clientId).toBe('client');
    for (let i = 0; i < 5; i += 1) {
      await clock.advance(HOUR);
      await tokens.getToken();
    }
    expect(vault.reads).toBe(1);
    expect(new Set(secretsSent(tower))).toEqual(new Set(['old-secret']));
  });

  it('asks it once for a thousand concurrent calls', async () => {
    const { tokens, vault, requests } = vaultTower();
    vault.holds = async () => OLD;
    await Promise.all(Array.from({ length: 1000 }, () => tokens.getToken()));
    expect(vault.reads).toBe(1);
    expect(requests).toHaveLength(1);
  });

  it('waits for it within the deadline, and asks anew after that', async () => {
    const { tokens, clock, vault, requests } = vaultTower();
    vault.holds = () => new Promise(() => {});
    const call = watch(tokens.getToken());
    await clock.advance(9_999);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call.reason).toMatchObject({ code: C.TOKEN_REQUEST_TIMEOUT });
    expect(requests).toHaveLength(0);
    expect(clock.scheduled.all).toBe(0);
    vault.holds = () => OLD;
    await clock.advance(1_000);
    expect((await tokens.getToken()).value).toBe('token-1');
    expect(vault.reads).toBe(2);
  });

  it('counts the age of the token from after it answered', async () => {
    const { tokens, clock, vault } = vaultTower();
    let answer: (pair: ClientCredentialsInput) => void = () => {};
    vault.holds = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const call = watch(tokens.getToken());
    await clock.advance(6_000);
    answer(OLD);
    await clock.advance(0);
    expect(call.value?.issuedAt.monotonicMs).toBe(6_000);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('vault is sealed'))],
    [
      'gives a secret with a newline',
      () => ({ ...OLD, clientSecret: 'old-secret\n' }),
    ],
    ['gives nothing', () => ({ clientId: '', clientSecret: '' })],
  ])('takes it for a passing failure when it %s', async (_, holds) => {
    const { tokens, clock, vault, requests } = vaultTower();
    vault.holds = holds;
    const call = watch(tokens.getToken());
    await clock.advance(1_500);
    expect(call.reason).toMatchObject({
      code: C.CREDENTIALS_UNAVAILABLE,
      failure: 'transient',
      retryAfterMs: 2_000,
    });
    expect(vault.reads).toBe(3);
    expect(requests).toHaveLength(0);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 2_000,
    });
    vault.holds = () => OLD;
    await clock.advance(2_000);
    expect((await tokens.getToken()).value).toBe('token-1');
  });

  it('counts as attempts the token requests that were made, and only those', async () => {
    const { tokens, clock, vault, events } = vaultTower();
    vault.holds = () => Promise.reject(new Error('vault is sealed'));
    const call = watch(tokens.getToken());
    await clock.advance(1_500);
    expect(call.reason).toMatchObject({ attempts: 0 });
    expect(events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      attempts: 0,
    });
  });
});

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
    const { tokens, clock, vault, script } = tower;
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
});

describe('RefreshingTokenSource, when rotation changes', () => {
  /** An engine whose pair was refused in the background, while its token is still valid. */
  async function refusedInBackground() {
    const tower = vaultTower();
    const { tokens, clock, script } = tower;
    await tokens.getToken();
    await clock.advance(2_700_001);
    script.push(refused);
    await tokens.getToken();
    await clock.advance(5_000);
    tower.events.length = 0;
    return tower;
  }

  it('the secret: keeps the token at hand, whatever becomes of the request', async () => {
    const { tokens, clock, vault, script, events } =
      await refusedInBackground();
    vault.holds = () => NEW;
    script.push(() => json(500, {}));
    expect((await tokens.getToken()).value).toBe('token-1');
    await clock.advance(0);
    expect(events[0]).toMatchObject({
      type: 'credentials-changed',
      clientIdChanged: false,
    });
    expect(tokens.peekToken()?.value).toBe('token-1');
  });

  it('the client id: drops the token at hand, even where none replaces it', async () => {
    const { tokens, clock, vault, script, events } =
      await refusedInBackground();
    vault.holds = () => OTHER;
    script.push(() => json(500, {}));
    await tokens.getToken();
    await clock.advance(0);
    expect(events[0]).toMatchObject({
      type: 'credentials-changed',
      clientIdChanged: true,
    });
    expect(tokens.peekToken()).toBeUndefined();
    expect(tokens.clientId).toBe('other');
  });

  it('the client id: serves the token of the new client', async () => {
    const { tokens, clock, vault, requests } = await refusedInBackground();
    vault.holds = () => OTHER;
    await tokens.getToken();
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('token-3');
    expect(new URLSearchParams(requests[2]?.body).get('client_id')).toBe(
      'other',
    );
  });

  it('nothing: says nothing', async () => {
    const { tokens, clock, events } = await refusedInBackground();
    await tokens.getToken();
    await clock.advance(0);
    expect(events.map(({ type }) => type)).not.toContain('credentials-changed');
  });

  it('in the middle of a request: judges the pair that was sent', async () => {
    const tower = vaultTower();
    const { tokens, clock, script, vault } = tower;
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(tokens.getToken());
    await clock.advance(1_000);
    vault.holds = () => NEW;
    held.reply(refused());
    await clock.advance(0);
    expect(call.reason).toMatchObject({ code: C.CREDENTIALS_REFUSED });
    await clock.advance(4_000);
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(secretsSent(tower)).toEqual(['old-secret', 'new-secret']);
  });
});
