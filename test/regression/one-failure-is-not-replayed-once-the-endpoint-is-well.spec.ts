import { describe, expect, it } from 'vitest';

import { json, PAUSES_MS, tokenTower } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

const unwell = () => json(503, {});

describe('a 503 on a cold start', () => {
  it('reaches nobody when the next attempt is answered', async () => {
    const { tokens, clock, script } = tokenTower();
    script.push(unwell);
    const call = watch(tokens.getToken());
    await clock.advance(1_000);
    expect(call.value?.value).toBe('token-2');
  });

  it('is over a pause of seconds later, which the next caller waits out', async () => {
    const { tokens, clock, script, requests } = tokenTower();
    script.push(unwell, unwell, unwell);
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(call.reason).toMatchObject({
      code: 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
      status: 503,
      retryAfterMs: PAUSES_MS[2],
    });

    const next = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[2] - 1);
    expect(requests).toHaveLength(3);
    await clock.advance(1);
    expect(next.value?.value).toBe('token-4');
    expect(requests).toHaveLength(4);
  });
});
