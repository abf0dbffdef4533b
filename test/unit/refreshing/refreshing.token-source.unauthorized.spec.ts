import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  refused as credentialsRefused,
  tokenTower,
  type TokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const CELLS = 'https://cells.example';
const WORDS = 'https://words.example';
const S = 1_000;

/** What a caller gets who got a 401 with the current token. */
async function renewed(
  { tokens }: TokenTower,
  origin: string | undefined = CELLS,
): Promise<AccessToken> {
  const token = tokens.peekToken();
  if (token === undefined) throw new Error('There is no token.');
  return tokens.getToken({
    unauthorized: { token, origin },
  });
}

describe('RefreshingTokenSource, asked by a caller who got a 401', () => {
  it('renews the current token, and names the unauthorized one in the request', async () => {
    const tower = await agedTower(1_000);
    expect((await renewed(tower)).value).toBe('token-2');
    expect(tower.tokens.peekToken()?.value).toBe('token-2');
    expect(tower.requests[1]?.body).toContain(tower.token.sha256);
    expect(tower.events).toMatchObject([
      { type: 'unauthorized', verdict: 'renew', origin: CELLS },
      { type: 'fetched' },
    ]);
  });

  it('makes one request for 500 concurrent 401s', async () => {
    const { tokens, token, requests } = await agedTower(1_000);
    const answers = await Promise.all(
      Array.from({ length: 500 }, () =>
        tokens.getToken({ unauthorized: { token, origin: CELLS } }),
      ),
    );
    expect(new Set(answers.map(({ value }) => value))).toEqual(
      new Set(['token-2']),
    );
    expect(requests).toHaveLength(2);
  });

  it('makes one request for 401s that come minutes apart', async () => {
    const { tokens, clock, token, requests } = await agedTower(1_000);
    for (let i = 0; i < 20; i += 1) {
      const answer = await tokens.getToken({ unauthorized: { token } });
      expect(answer.value).toBe('token-2');
      await clock.advance(60_000);
    }
    expect(requests).toHaveLength(2);
  });

  it('joins the flight in the air, and so do others while it is young', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, script, token, requests } = tower;
    const held = heldAnswer();
    script.push(held.answer);
    await tokens.getToken();
    const call = watch(tokens.getToken({ unauthorized: { token } }));
    const other = watch(tokens.getToken());
    await clock.advance(5_00);
    expect([call.state, other.state]).toEqual(['pending', 'pending']);
    held.reply(granted('new'));
    await clock.advance(0);
    expect([call.value?.value, other.value?.value]).toEqual(['new', 'new']);
    expect(requests).toHaveLength(2);
  });

  it('treats no ordinary refresh as a renewal', async () => {
    const tower = await agedTower(2_700_001);
    await tower.tokens.getToken();
    await tower.clock.advance(0);
    expect(tower.tokens.peekToken()?.value).toBe('token-2');
    expect(tower.tokens.explain().origins).toEqual([]);
    expect((await renewed(tower)).value).toBe('token-3');
  });

  it('gives the current token to a caller who got a 401 with an older one', async () => {
    const { tokens, clock, token, requests } = await agedTower(2_700_001);
    await tokens.getToken();
    await clock.advance(0);
    const answer = await tokens.getToken({ unauthorized: { token } });
    expect(answer.value).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('gives a token to a caller who got a 401 with a token it never had', async () => {
    const { tokens, requests } = tokenTower();
    const token = new AccessToken('of another process');
    expect((await tokens.getToken({ unauthorized: { token } })).value).toBe(
      'token-1',
    );
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['the credentials are refused', credentialsRefused],
    ['the endpoint is down', () => json(500, {})],
    ['the endpoint throttles', () => json(429, {})],
  ])('gives the very token back while %s', async (_, answer) => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, token, requests } = tower;
    tower.answer = answer;
    await tokens.getToken();
    await clock.advance(0);
    await expect(renewed(tower)).resolves.toBe(token);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(requests).toHaveLength(2);
    expect(tower.events.at(-1)).toMatchObject({
      type: 'unauthorized',
      verdict: 'pass-through',
      why: expect.stringContaining('no token may be fetched now'),
    });
  });

  it('gives the very token back, even to a caller who also asks for a minimum', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, token } = tower;
    tower.answer = credentialsRefused;
    await tokens.getToken();
    await clock.advance(0);
    await expect(
      tokens.getToken({
        unauthorized: { token },
        minValidityMs: 1_500_000,
      }),
    ).resolves.toBe(token);
  });
});

describe('RefreshingTokenSource, when renewing does not help', () => {
  it.each([
    ['at once', 0, false],
    ['30 s − 1 ms later', 30 * S - 1, false],
    ['30 s later', 30 * S, true],
  ])(
    'judges a renewed token that is unauthorized %s',
    async (_, afterMs, isRenewed) => {
      const tower = await agedTower(1_000);
      await renewed(tower);
      await tower.clock.advance(afterMs);
      const answer = await renewed(tower);
      expect(answer.value).toBe(isRenewed ? 'token-3' : 'token-2');
      expect(tower.requests).toHaveLength(isRenewed ? 3 : 2);
    },
  );

  it('holds the origin for 30 s, doubling to 5 min', async () => {
    const tower = await agedTower(1_000);
    const { tokens, clock, requests, events } = tower;
    for (const seconds of [30, 60, 120, 240, 300, 300]) {
      await renewed(tower);
      const before = requests.length;
      await renewed(tower);
      expect(events.at(-1)).toMatchObject({
        type: 'renewal-held',
        origin: CELLS,
        holdMs: seconds * S,
      });
      await clock.advance(seconds * S - 1);
      const passed = await renewed(tower);
      expect(passed).toBe(tokens.peekToken());
      expect(requests).toHaveLength(before);
      await clock.advance(1);
    }
  });

  it('starts over with 30 s once a renewed token lived 30 s without a 401', async () => {
    const tower = await agedTower(1_000);
    const { clock, events } = tower;
    await renewed(tower);
    await renewed(tower);
    await clock.advance(30 * S);
    await renewed(tower);
    await renewed(tower);
    expect(events.at(-1)).toMatchObject({ holdMs: 60 * S });
    await clock.advance(60 * S);
    await renewed(tower);
    await clock.advance(30 * S);
    await renewed(tower);
    await renewed(tower);
    expect(events.at(-1)).toMatchObject({ holdMs: 30 * S });
  });

  it('counts a renewal that brings back the unauthorized token', async () => {
    const tower = await agedTower(1_000);
    const { tokens, script, requests, events } = tower;
    script.push(() => granted('token-1'));
    expect((await renewed(tower)).value).toBe('token-1');
    expect(events).toMatchObject([
      { type: 'unauthorized', verdict: 'renew' },
      { type: 'renewal-held', origin: CELLS, holdMs: 30 * S },
      { type: 'fetched' },
    ]);
    expect((await renewed(tower)).value).toBe('token-1');
    expect(requests).toHaveLength(2);
    expect((await tokens.getToken()).value).toBe('token-1');
  });

  it('holds one origin without harm to another', async () => {
    const tower = await agedTower(1_000);
    await renewed(tower, CELLS);
    expect((await renewed(tower, CELLS)).value).toBe('token-2');
    expect((await renewed(tower, WORDS)).value).toBe('token-3');
    expect((await renewed(tower, CELLS)).value).toBe('token-3');
    expect(tower.tokens.explain().origins).toEqual([
      { origin: CELLS, useless: 1, heldForMs: 30 * S },
      { origin: WORDS, useless: 0, heldForMs: 0 },
    ]);
  });

  it('treats callers who do not name an origin as one origin', async () => {
    const tower = await agedTower(1_000);
    const { tokens } = tower;
    const renewedAnywhere = () => {
      const token = tokens.peekToken();
      return tokens.getToken({ unauthorized: token && { token } });
    };
    expect((await renewedAnywhere())?.value).toBe('token-2');
    expect((await renewedAnywhere())?.value).toBe('token-2');
    expect(tokens.explain().origins).toMatchObject([
      { origin: '', useless: 1 },
    ]);
  });

  it('costs an API that answers 401 to every token a request per hold, not one per call', async () => {
    const tower = await agedTower(1_000);
    const { clock, requests } = tower;
    for (let i = 0; i < 1_800; i += 1) {
      await renewed(tower);
      await clock.advance(S);
    }
    expect(requests.length).toBeLessThanOrEqual(1 + 1 + 9);
  });

  it('renews within the budget only', async () => {
    const tower = await agedTower(1_000);
    const { token, requests } = tower;
    const values = [token.value];
    for (let i = 0; i < 20; i += 1)
      values.push((await renewed(tower, `https://${i}.example`)).value);
    expect(requests).toHaveLength(5);
    expect(values.at(-1)).toBe('token-5');
  });

  it('forgets its holds when it is reset', async () => {
    const tower = await agedTower(1_000);
    const { tokens } = tower;
    await renewed(tower);
    await renewed(tower);
    tokens.reset();
    expect(tokens.explain().origins).toEqual([]);
    expect((await renewed(tower)).value).toBe('token-3');
  });
});
