import { describe, expect, it } from 'vitest';

import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  PAUSES_MS,
  refused,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
import { tokenWire } from '../../support/token-wire.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const API = 'https://api.aspose.cloud';

/** Two towers of one app, with the same credential unless told otherwise. */
function twoTowers(secondOptions = {}) {
  const clock = new ManualTokenClock();
  const memory = new CredentialMemory(clock);
  const a = tokenTower({}, { clock, memory });
  const b = tokenTower(secondOptions, { clock, memory });
  const requests = () => [a.requests.length, b.requests.length];
  return { clock, memory, a, b, requests };
}

describe('two towers with one credential', () => {
  it('make one token request when both are cold', async () => {
    const { a, b, requests } = twoTowers();
    const [one, other] = await Promise.all([
      a.tokens.getToken(),
      b.tokens.getToken(),
    ]);
    expect(one).toBe(other);
    expect(requests()).toEqual([1, 0]);
  });

  it('heed a refusal that one of them learnt, and a reset', async () => {
    const { a, b, requests } = twoTowers();
    a.script.push(refused);
    await a.tokens.getToken().catch(() => {});
    await expect(b.tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 60_000,
      cause: { code: C.CREDENTIALS_REFUSED },
    });
    expect(b.tokens.explain()).toMatchObject({
      hold: { reason: 'refused' },
      budgetLeft: 4,
    });
    b.tokens.reset();
    expect(a.tokens.hold()).toBeUndefined();
    await b.tokens.getToken();
    expect(requests()).toEqual([1, 1]);
  });

  it('waive by a reset what the other learnt, though they never asked', async () => {
    const { a, b } = twoTowers();
    a.script.push(refused);
    await a.tokens.getToken().catch(() => {});
    b.tokens.reset();
    expect(a.tokens.hold()).toBeUndefined();
  });

  it('take the newer token of the other in place of asking', async () => {
    const { clock, a, b, requests } = twoTowers();
    await a.tokens.getToken();
    await b.tokens.getToken();
    await clock.advance(0.76 * 3_600_000);
    await a.tokens.getToken();
    await clock.advance(1);
    const renewed = a.tokens.peekToken();
    expect(requests()).toEqual([2, 0]);
    await b.tokens.getToken();
    await clock.advance(0);
    expect(b.tokens.peekToken()).toBe(renewed);
    expect(requests()).toEqual([2, 0]);
  });

  it('take no token of the other that is past half its life', async () => {
    const { clock, a, b, requests } = twoTowers();
    await a.tokens.getToken();
    await clock.advance(1_800_001);
    const minValidityMs = 1_800_000;
    const token = await b.tokens.getToken({ minValidityMs });
    expect(token).not.toBe(a.tokens.peekToken());
    expect(requests()).toEqual([1, 1]);
  });

  it('recover one after the other when all tokens are revoked', async () => {
    const { clock, a, b, requests } = twoTowers();
    const first = await b.tokens.getToken();
    await clock.advance(0.76 * 3_600_000);
    await a.tokens.getToken();
    await clock.advance(1_000);
    const second = await b.tokens.getToken({
      unauthorized: { token: first, origin: API },
    });
    expect(second).toBe(a.tokens.peekToken());
    await clock.advance(1_000);
    // It was asked for before the 401, so it proves nothing: another one is fetched.
    const third = await b.tokens.getToken({
      unauthorized: { token: second, origin: API },
    });
    expect(third).not.toBe(second);
    expect(requests()).toEqual([1, 2]);
  });

  it('share the attempt that is under way, the runaway guard notwithstanding', async () => {
    const { clock, a, b, requests } = twoTowers();
    a.script.push(...Array.from({ length: 4 }, () => () => json(500, {})));
    for (let i = 0; i < 4; i += 1) {
      await clock.advance(2_000);
      watch(a.tokens.getToken({ signal: AbortSignal.abort() }));
    }
    expect(requests()).toEqual([0, 0]);
    const held = heldAnswer();
    a.script.unshift(held.answer);
    watch(a.tokens.getToken());
    await clock.advance(100);
    const call = watch(b.tokens.getToken());
    await clock.advance(100);
    held.reply(granted('shared'));
    await clock.advance(0);
    expect(call.value?.value).toBe('shared');
    expect(requests()).toEqual([1, 0]);
  });

  it('are not hurt when the other shuts down while they wait for its attempt', async () => {
    const { clock, a, b, requests } = twoTowers();
    a.script.push(silence);
    const gone = watch(a.tokens.getToken());
    const call = watch(b.tokens.getToken());
    await clock.advance(1_000);
    a.tokens.close();
    await clock.advance(0);
    expect(gone.reason).toMatchObject({ code: C.SHUT_DOWN });
    expect(call.value?.value).toBe('token-1');
    expect(requests()).toEqual([1, 1]);
  });

  it('are not held back when the other shuts down during its attempt', async () => {
    const { clock, a, b } = twoTowers();
    a.script.push(silence);
    watch(a.tokens.getToken());
    await clock.advance(1_000);
    b.script.push(() => json(500, {}));
    a.tokens.close();
    await clock.advance(0);
    expect(b.tokens.hold()).toBeUndefined();
    watch(b.tokens.getToken());
    await clock.advance(0);
    expect(b.tokens.hold()).toMatchObject({
      remainingMs: PAUSES_MS[0],
      cause: { status: 500 },
    });
  });

  it('forget the token with the last of them, and no refusal', async () => {
    const { clock, memory, a, b } = twoTowers();
    const token = await a.tokens.getToken();
    expect(await b.tokens.getToken()).toBe(token);
    a.tokens.close();
    b.tokens.close();
    await clock.advance(1);
    const c = tokenTower({}, { clock, memory });
    c.script.push(refused);
    await expect(c.tokens.getToken()).rejects.toMatchObject({ status: 400 });
    c.tokens.close();
    const d = tokenTower({}, { clock, memory });
    await expect(d.tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
    });
    expect(d.requests).toHaveLength(0);
  });
});

describe('two towers', () => {
  it.each([
    ['pairs', { clientId: 'client', clientSecret: 'other' }],
    [
      'endpoints',
      { clientId: 'client', clientSecret: 'secret', tokenEndpoint: '/other' },
    ],
  ])('share nothing with different %s', async (_, options) => {
    const { a, b, requests } = twoTowers(options);
    a.script.push(refused);
    await a.tokens.getToken().catch(() => {});
    await b.tokens.getToken();
    expect(requests()).toEqual([1, 1]);
  });

  it('share a token once the one has the credential of the other, though its own was newer', async () => {
    const clock = new ManualTokenClock();
    const memory = new CredentialMemory(clock);
    const old = { clientId: 'client', clientSecret: 'old' };
    const renewed = { clientId: 'client', clientSecret: 'new' };
    const a = tokenWire({ credentials: renewed, clock, memory });
    let held = old;
    const b = tokenWire({ credentials: () => held, clock, memory });
    const shared = await a.source.getToken();
    await clock.advance(1_000);
    await b.source.getToken();
    held = renewed;
    b.source.reset();
    expect(await b.source.getToken()).toBe(shared);
    expect(b.requests).toHaveLength(1);
  });

  it('keep the pauses of their credentials functions apart', async () => {
    const { clock, a, b } = twoTowers({
      credentials: () => Promise.reject(new Error('sealed')),
    });
    const call = watch(b.tokens.getToken());
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(call.reason).toMatchObject({ code: C.CREDENTIALS_UNAVAILABLE });
    expect(a.tokens.hold()).toBeUndefined();
    b.tokens.reset();
    expect(b.tokens.hold()).toBeUndefined();
  });
});
