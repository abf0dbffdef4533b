import { describe, expect, it } from 'vitest';

import { json, PAUSES_MS, tokenTower } from '../support/token-tower.js';
import { rejectionOf } from '../support/rejection.js';
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

  it('is over a pause of seconds later, and keeps its code meanwhile', async () => {
    const { tokens, clock, script, requests } = tokenTower();
    script.push(unwell, unwell, unwell);
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    const failure = {
      code: 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
      status: 503,
    };
    expect(call.reason).toMatchObject({
      ...failure,
      retryAfterMs: PAUSES_MS[2],
    });
    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: 'ASPOSE_AUTH_TOKEN_UNAVAILABLE',
      retryAfterMs: PAUSES_MS[2],
      cause: failure,
    });

    await clock.advance(PAUSES_MS[2]);
    expect((await tokens.getToken()).value).toBe('token-4');
    expect(requests).toHaveLength(4);
  });
});
