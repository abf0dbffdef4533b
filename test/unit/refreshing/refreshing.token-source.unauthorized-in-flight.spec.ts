import { describe, expect, it } from 'vitest';

import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import { granted, json, refused, silence } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const API = 'https://api.aspose.cloud';
const REFRESH_SOON_MS = 0.85 * 3_600_000;

/** A tower whose refresh is in flight. */
async function refreshing() {
  const tower = await agedTower(REFRESH_SOON_MS);
  const held = heldAnswer();
  tower.script.push(held.answer);
  await tower.tokens.getToken();
  await tower.clock.advance(0);
  return { ...tower, held };
}

describe('a token that is unauthorized while a refresh is already in flight', () => {
  it('may be followed by another renewal: that refresh was asked for before the 401', async () => {
    const { tokens, requests, token, held } = await refreshing();

    // All tokens are revoked now, the one on its way among them.
    const first = tokens.getToken({
      unauthorized: { token, origin: API },
    });
    held.reply(granted('token-2'));
    const second = await first;
    expect(second.value).toBe('token-2');

    const third = await tokens.getToken({
      unauthorized: { token: second, origin: API },
    });
    expect(third.value).toBe('token-3');
    expect(requests).toHaveLength(3);
  });

  it('is named in the next attempt of that flight', async () => {
    const { tokens, clock, script, requests, token } =
      await agedTower(REFRESH_SOON_MS);
    script.push(silence);
    await tokens.getToken();
    await clock.advance(1_000);
    watch(tokens.getToken({ unauthorized: { token, origin: API } }));
    await clock.advance(8_000);

    expect(requests).toHaveLength(3);
    expect(requests[1]?.body).not.toContain(token.sha256);
    expect(requests[2]?.body).toContain(token.sha256);
  });
});

describe('a token that was fetched by a later attempt of that flight', () => {
  it('is the renewal: it was asked for after the 401', async () => {
    const { tokens, requests, token, clock, held } = await refreshing();
    const first = watch(
      tokens.getToken({ unauthorized: { token, origin: API } }),
    );
    held.reply(json(503, {}));
    await clock.advance(1_000);
    expect(first.value?.value).toBe('token-3');

    const renewal = first.value;
    expect(
      await tokens.getToken({
        unauthorized: renewal && { token: renewal, origin: API },
      }),
    ).toBe(renewal);
    expect(requests).toHaveLength(3);
  });
});

describe('a token that is unauthorized when the clock says it has expired', () => {
  it('is not sent while it counts as expired, and is in use again once the clock is set back', async () => {
    const { tokens, clock, token, script } = await agedTower(0);
    clock.setWallClock(2 * 3_600_000);
    script.push(refused);
    const call = watch(
      tokens.getToken({ unauthorized: { token, origin: API } }),
    );
    await clock.advance(0);
    expect(call.state).toBe('rejected');
    clock.setWallClock(-2 * 3_600_000);
    expect(tokens.peekToken()).toBe(token);
  });
});

describe('a token that expired while its request was under way', () => {
  it('is replaced at an origin on hold: its 401 is no news', async () => {
    const { tokens, clock, token, events } = await agedTower(0, {
      lifetimeSeconds: 10,
    });
    const renewed = await tokens.getToken({
      unauthorized: { token, origin: API },
    });
    const useless = await tokens.getToken({
      unauthorized: { token: renewed, origin: API },
    });
    expect(useless).toBe(renewed);

    await clock.advance(10_000);
    const next = await tokens.getToken({
      unauthorized: { token: renewed, origin: API },
    });
    expect(next.value).toBe('token-3');
    expect(events.at(-2)).toMatchObject({ verdict: 'use-next' });
  });
});
