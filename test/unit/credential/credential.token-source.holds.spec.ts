import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../../../lib/errors/errors.js';
import {
  granted,
  json,
  PAUSES_MS,
  refused,
  silence,
} from '../../support/token-tower.js';
import { tokenWire } from '../../support/token-wire.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;

describe('CredentialTokenSource: what it does not ask again', () => {
  it('holds a refused pair, and says why', async () => {
    const { source, clock, requests, script } = tokenWire();
    script.push(refused);
    const refusal: unknown = await source.getToken().catch((e) => e);
    expect(refusal).toMatchObject({
      code: C.CREDENTIALS_REFUSED,
      status: 400,
      oauthError: 'invalid_client',
    });
    await clock.advance(59_999);
    const held: unknown = await source.getToken().catch((e) => e);
    expect(held).toBeInstanceOf(TokenUnavailableError);
    expect(held).toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 1,
      cause: refusal,
    });
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect((await source.getToken()).value).toBe('token-2');
  });

  it('leaves a pause after a transient failure to who calls it', async () => {
    const { source, script, requests } = tokenWire();
    script.push(() => json(500, {}));
    await expect(source.getToken()).rejects.toMatchObject({ status: 500 });
    expect(source.hold()).toMatchObject({
      reason: 'back-off',
      remainingMs: PAUSES_MS[0],
    });
    await source.getToken();
    expect(requests).toHaveLength(2);
    expect(source.hold()).toBeUndefined();
  });

  it('makes no sixth request at once, whatever came of the five', async () => {
    const { source, clock, script, requests } = tokenWire();
    script.push(
      () => json(500, {}),
      silence,
      () => json(200, {}),
      () => json(503, {}),
      () => json(408, {}),
    );
    for (let i = 0; i < 5; i += 1) {
      const call = watch(source.getToken());
      await clock.advance(i === 1 ? 4_000 : 0);
      expect(call.state).toBe('rejected');
    }
    await expect(source.getToken()).rejects.toMatchObject({
      code: C.BUDGET_EXHAUSTED,
      retryAfterMs: 6_000,
    });
    expect(requests).toHaveLength(5);
  });

  it('paces itself by the lifetime of the tokens it gets', async () => {
    const { source, script } = tokenWire();
    script.push(...Array.from({ length: 5 }, () => () => granted('abc', 8)));
    for (let i = 0; i < 5; i += 1) await source.getToken();
    expect(source.hold()).toEqual({ reason: 'budget', remainingMs: 2_000 });
  });

  it('names the longest of several holds', async () => {
    const { source, script } = tokenWire();
    script.push(
      () => json(500, {}),
      () => json(500, {}),
    );
    await source.getToken().catch(() => {});
    await source.getToken().catch(() => {});
    expect(source.hold()?.reason).toBe('back-off');
    script.push(refused);
    await source.getToken().catch(() => {});
    expect(source.hold()).toMatchObject({
      reason: 'refused',
      remainingMs: 60_000,
    });
  });

  it('explains what holds it back, by the code of the cause', async () => {
    const { source, script } = tokenWire();
    expect(source.explain()).toEqual({
      mode: 'client-credentials',
      clientId: 'client',
      hold: undefined,
      budgetLeft: 5,
    });
    script.push(() => json(429, {}, { 'retry-after': '600' }));
    await source.getToken().catch(() => {});
    expect(source.explain()).toEqual({
      mode: 'client-credentials',
      clientId: 'client',
      hold: {
        reason: 'throttled',
        remainingMs: 600_000,
        cause: C.THROTTLED,
      },
      budgetLeft: 4,
    });
  });

  it('forgets failures when it is reset, but not what it has spent', async () => {
    const { source, script } = tokenWire();
    script.push(refused);
    await source.getToken().catch(() => {});
    source.reset();
    expect(source.hold()).toBeUndefined();
    expect(source.explain().budgetLeft).toBe(4);
    expect((await source.getToken()).value).toBe('token-2');
  });
});
