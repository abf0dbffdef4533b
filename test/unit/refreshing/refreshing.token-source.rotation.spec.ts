import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import type { ClientCredentialsInput } from '../../../lib/credential/client-credentials.js';
import { json, PAUSES_MS, refused } from '../../support/token-tower.js';
import {
  NEW,
  OLD,
  OTHER,
  secretsSent,
  vaultTower,
} from '../../support/vault-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const HOUR = 3_600_000;

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

  it('waits for it within the deadline, and asks again after that', async () => {
    const { tokens, clock, vault, requests } = vaultTower();
    vault.holds = () => new Promise(() => {});
    const call = watch(tokens.getToken());
    await clock.advance(9_999);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call.reason).toMatchObject({
      code: C.CREDENTIALS_UNAVAILABLE,
      message:
        'The function given as the option credentials did not answer in time.',
      attempts: 0,
    });
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
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(call.reason).toMatchObject({
      code: C.CREDENTIALS_UNAVAILABLE,
      failure: 'transient',
      retryAfterMs: PAUSES_MS[2],
    });
    expect(vault.reads).toBe(3);
    expect(requests).toHaveLength(0);
    const next = watch(tokens.getToken());
    vault.holds = () => OLD;
    await clock.advance(PAUSES_MS[2] - 1);
    expect(next.state).toBe('pending');
    await clock.advance(1);
    expect(next.value?.value).toBe('token-1');
  });

  it('counts as attempts the token requests that were made, and only those', async () => {
    const { tokens, clock, vault, events } = vaultTower();
    vault.holds = () => Promise.reject(new Error('vault is sealed'));
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(call.reason).toMatchObject({ attempts: 0 });
    expect(events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      attempts: 0,
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

  it('the secret: keeps the current token, whatever becomes of the request', async () => {
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

  it('the client id: drops the current token, even where none replaces it', async () => {
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
