import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import { granted, silence, tokenTower } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

describe('RefreshingTokenSource, with a caller who may leave', () => {
  it('keeps the token that lands after everybody has left', async () => {
    const { tokens, clock, script, requests } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    const controller = new AbortController();
    watch(tokens.getToken({ signal: controller.signal }));
    controller.abort();
    await clock.advance(1_000);
    held.reply(granted('abc'));
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('abc');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['cold', Infinity],
    ['with a fresh token', 0],
    ['with a token to refresh soon', 2_700_001],
    ['with an expired token', 3_600_000],
  ])('does nothing for a caller who has left already, %s', async (_, age) => {
    const { tokens, clock, requests } =
      age === Infinity ? tokenTower() : await agedTower(age);
    const before = requests.length;
    const reason = new Error('gone');
    const signal = AbortSignal.abort(reason);
    await expect(tokens.getToken({ signal })).rejects.toBe(reason);
    expect(requests).toHaveLength(before);
    expect(clock.scheduled.all).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it.each([
    ['the token arrives', () => granted('abc')],
    ['the request fails', () => ({ status: 400, headers: {}, body: '' })],
  ])('takes its listener off the signal once %s', async (_, answer) => {
    const { tokens, clock, script } = tokenTower();
    script.push(answer);
    const { signal } = new AbortController();
    watch(tokens.getToken({ signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await clock.advance(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('takes its listener off the signal once the caller stops waiting', async () => {
    const tower = await agedTower(3_570_000);
    tower.answer = silence;
    const { signal } = new AbortController();
    watch(tower.tokens.getToken({ signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await tower.clock.advance(2_000);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('leaves no listener on one signal that many calls share', async () => {
    const tower = await agedTower(2_700_001);
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i += 1) await tower.tokens.getToken({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
