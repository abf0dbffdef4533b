import { describe, expect, it } from 'vitest';

import { agedTower } from '../support/aged-tower.js';
import { heldAnswer } from '../support/held-answer.js';
import { granted, json, tokenTower } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

describe('the caller who happens to start a token request', () => {
  it.each([0, 1_000])(
    'takes only itself away when it aborts after %i ms',
    async (ms) => {
      const { tokens, clock, requests, script } = tokenTower();
      const held = heldAnswer();
      script.push(held.answer);
      const controller = new AbortController();
      const first = watch(tokens.getToken({ signal: controller.signal }));
      const second = watch(tokens.getToken());
      await clock.advance(ms);
      const reason = new Error('gone');
      controller.abort(reason);
      await clock.advance(0);
      expect(first.reason).toBe(reason);
      expect(second.state).toBe('pending');
      expect(held.signal?.aborted).toBe(false);

      held.reply(granted('token-1'));
      await clock.advance(0);
      expect(second).toMatchObject({ value: { value: 'token-1' } });
      expect(requests).toHaveLength(1);
    },
  );

  it('leaves no aborted signal behind for the attempts that follow', async () => {
    const { tokens, clock, requests, script } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    const controller = new AbortController();
    watch(tokens.getToken({ signal: controller.signal }));
    await clock.advance(0);
    controller.abort();
    held.reply(json(503, {}));
    await clock.advance(10_000);
    expect(requests).toHaveLength(2);
    expect((await tokens.getToken()).value).toBe('token-2');
  });

  it('cannot stop a background refresh', async () => {
    const { tokens, clock } = await agedTower(0.85 * 3_600_000);
    const controller = new AbortController();
    const { signal } = controller;
    expect((await tokens.getToken({ signal })).value).toBe('token-1');
    controller.abort();
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('token-2');
  });
});
