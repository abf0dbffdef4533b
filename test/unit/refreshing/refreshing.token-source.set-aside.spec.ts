import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  type Answer,
  granted,
  json,
  refused as credentialsRefused,
  silence,
} from '../../support/token-tower.js';
import { vaultTower } from '../../support/vault-tower.js';
import { watch } from '../../support/watched-promise.js';

const CELLS = 'https://cells.example';
const SECOND = 1_000;
const down: Answer = () => json(500, {});

describe('RefreshingTokenSource, while it renews an unauthorized token', () => {
  /** An engine whose fresh token is unauthorized, and whose renewal has yet to be answered. */
  async function renewing({ ageMs = 1_000, lifetimeSeconds = 3_600 } = {}) {
    const tower = await agedTower(ageMs, { lifetimeSeconds });
    const held = heldAnswer();
    tower.script.push(held.answer);
    const asker = watch(
      tower.tokens.getToken({
        unauthorized: { token: tower.token, origin: CELLS },
      }),
    );
    await tower.clock.advance(0);
    return { ...tower, held, asker };
  }

  it('lets others wait for it until it is 2 s old, and then serves the token', async () => {
    const { tokens, clock, token, asker, requests } = await renewing();
    const others = [watch(tokens.getToken()), watch(tokens.getToken({}))];
    await clock.advance(2 * SECOND - 1);
    expect(others.map(({ state }) => state)).toEqual(['pending', 'pending']);
    await clock.advance(1);
    expect(others.map(({ value }) => value)).toEqual([token, token]);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(asker.state).toBe('pending');
    expect(requests).toHaveLength(2);
  });

  it('gives everyone the token that it brings', async () => {
    const { tokens, clock, held, asker } = await renewing();
    const other = watch(tokens.getToken());
    held.reply(granted('new'));
    await clock.advance(0);
    expect([asker.value?.value, other.value?.value]).toEqual(['new', 'new']);
    expect((await tokens.getToken()).value).toBe('new');
    expect(tokens.peekToken()?.value).toBe('new');
  });

  it('lets all who got a 401 wait for its end', async () => {
    const { tokens, clock, token, held, asker, requests, events } =
      await renewing();
    const askers = [CELLS, 'https://words.example', undefined].map((origin) =>
      watch(tokens.getToken({ unauthorized: { token, origin } })),
    );
    await clock.advance(3 * SECOND);
    expect(askers.map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'pending'),
    );
    expect(events.map((event) => 'verdict' in event && event.verdict)).toEqual([
      'renew',
      'use-next',
      'use-next',
      'use-next',
    ]);
    held.reply(granted('new'));
    await clock.advance(0);
    for (const { value } of [asker, ...askers])
      expect(value?.value).toBe('new');
    expect(requests).toHaveLength(2);
  });

  it('never serves one that expires meanwhile', async () => {
    const { tokens, clock, held } = await renewing({
      lifetimeSeconds: 20,
      ageMs: 18_000,
    });
    await clock.advance(1_500);
    expect(tokens.peekToken()).toBeUndefined();
    const other = watch(tokens.getToken());
    await clock.advance(2 * SECOND);
    expect(other.state).toBe('pending');
    held.reply(granted('new'));
    await clock.advance(0);
    expect(other.value?.value).toBe('new');
  });

  it('serves it to a caller who got a 401 with an older one', async () => {
    const { tokens, clock, token } = await renewing();
    const other = watch(
      tokens.getToken({
        unauthorized: { token: new AccessToken('old'), origin: CELLS },
      }),
    );
    await clock.advance(2 * SECOND);
    expect(other.value).toBe(token);
  });

  it('shows it, and says what it is', async () => {
    const { tokens, clock, token, held, asker } = await renewing();
    expect(tokens.peekToken()).toBe(token);
    expect(tokens.explain().token).toMatchObject({
      fingerprint: token.fingerprint,
      state: 'unauthorized',
    });
    held.reply(granted('new'));
    await clock.advance(0);
    expect(asker.state).toBe('fulfilled');
    expect(tokens.explain().token?.state).toBe('fresh');
  });

  it('rejects a caller whose minimum it does not meet, when it fails', async () => {
    const { tokens, clock, held } = await renewing({ ageMs: 2_400_000 });
    const other = watch(tokens.getToken({ minValidityMs: 1_500_000 }));
    held.reply(credentialsRefused());
    await clock.advance(0);
    expect(other.reason).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      retryAfterMs: 60_000,
    });
  });

  it('goes on with the renewal when it is reset', async () => {
    const { tokens, clock, held, asker } = await renewing();
    tokens.reset();
    expect(tokens.explain().token?.state).toBe('unauthorized');
    held.reply(granted('new'));
    await clock.advance(0);
    expect(asker.value?.value).toBe('new');
  });

  it('gives the token back at once when the app shuts down', async () => {
    const { tokens, clock, token, asker } = await renewing();
    const other = watch(tokens.getToken());
    tokens.close();
    await clock.advance(0);
    expect([asker.value, other.value]).toEqual([token, token]);
  });

  it('detaches a caller who got a 401 and gives up', async () => {
    const { tokens, clock, token } = await renewing();
    const controller = new AbortController();
    const leaving = watch(
      tokens.getToken({
        unauthorized: { token },
        signal: controller.signal,
      }),
    );
    controller.abort(new Error('gone'));
    await clock.advance(0);
    expect(leaving.reason).toEqual(new Error('gone'));
  });
});

describe('RefreshingTokenSource, when the renewal of an unauthorized token fails', () => {
  it.each<[string, Answer, number]>([
    ['the credentials are refused', credentialsRefused, 0],
    ['the endpoint is down', down, 2_625],
    ['the endpoint throttles', () => json(429, {}), 0],
    ['the endpoint hangs', silence, 8_875],
  ])('uses it again, since %s', async (_, answer, afterMs) => {
    const tower = await agedTower(1_000);
    const { tokens, clock, token, events } = tower;
    tower.answer = answer;
    const asker = watch(
      tokens.getToken({ unauthorized: { token, origin: CELLS } }),
    );
    await clock.advance(afterMs);

    expect(asker.value).toBe(token);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(tokens.explain()).toMatchObject({
      token: { state: 'fresh' },
      isRefreshing: false,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      runwayMs: 3_599_000 - 1_000 - afterMs,
    });
  });

  it('passes its 401s through until another request is permitted, and then renews it', async () => {
    const tower = await agedTower(1_000);
    const { tokens, clock, token, requests, events } = tower;
    tower.answer = credentialsRefused;
    const renewed = () =>
      tokens.getToken({ unauthorized: { token, origin: CELLS } });
    await renewed();
    await clock.advance(60 * SECOND - 1);
    expect(await renewed()).toBe(token);
    expect(events.at(-1)).toMatchObject({ verdict: 'pass-through' });
    expect(requests).toHaveLength(2);

    await clock.advance(1);
    tower.answer = () => granted('new');
    expect((await renewed()).value).toBe('new');
    expect(requests).toHaveLength(3);
    expect(requests[2]?.body).toContain(token.sha256);
  });

  it('makes one flight for 500 concurrent 401s, and gives all of them the token back', async () => {
    const tower = await agedTower(1_000);
    const { tokens, token, requests } = tower;
    tower.answer = credentialsRefused;
    const answers = await Promise.all(
      Array.from({ length: 500 }, () =>
        tokens.getToken({ unauthorized: { token, origin: CELLS } }),
      ),
    );
    expect(new Set(answers)).toEqual(new Set([token]));
    expect(requests).toHaveLength(2);
  });

  it('takes no later token for the renewal, and tells no later request of the 401', async () => {
    const tower = await agedTower(1_000);
    const { tokens, clock, script, token, requests, events } = tower;
    script.push(credentialsRefused);
    await tokens.getToken({ unauthorized: { token, origin: CELLS } });

    await clock.advance(0.85 * 3_600_000);
    await tokens.getToken();
    await clock.advance(0);
    const second = await tokens.getToken();
    expect(second.value).toBe('token-3');
    expect(requests[2]?.body).not.toContain(token.sha256);
    await tokens.getToken({ unauthorized: { token: second, origin: CELLS } });
    expect(events.map(({ type }) => type)).not.toContain('renewal-held');
    expect(requests).toHaveLength(4);
  });

  it('keeps none of another account', async () => {
    const tower = vaultTower();
    const { tokens, clock, vault } = tower;
    const token = await tokens.getToken();
    tower.answer = credentialsRefused;
    await tokens.getToken({ unauthorized: { token } });
    expect(tokens.peekToken()).toBe(token);

    vault.holds = () => ({ clientId: 'other', clientSecret: 'other-secret' });
    await clock.advance(60 * SECOND);
    await expect(
      tokens.getToken({ unauthorized: { token } }),
    ).rejects.toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    });
    expect(tokens.peekToken()).toBeUndefined();
  });

  it.each([
    ['is down', down, 40],
    ['refuses the credentials', credentialsRefused, 4],
  ])(
    'serves others without a failure for ten minutes in which the endpoint %s',
    async (_, answer, maxRequests) => {
      const tower = await agedTower(1_000);
      const { tokens, clock, token, requests } = tower;
      tower.answer = answer;
      const answers = [];
      for (let n = 0; n < 120; n += 1) {
        const sent = await tokens.getToken();
        answers.push(
          watch(
            tokens.getToken({
              unauthorized: { token: sent, origin: CELLS },
            }),
          ),
        );
        answers.push(watch(tokens.getToken()));
        await clock.advance(5 * SECOND);
      }
      await clock.advance(10 * SECOND);
      expect(new Set(answers.map(({ value }) => value))).toEqual(
        new Set([token]),
      );
      expect(requests.length - 1).toBeLessThanOrEqual(maxRequests);
    },
  );
});
