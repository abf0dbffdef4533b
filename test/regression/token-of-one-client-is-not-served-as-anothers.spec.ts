import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { granted, refused, tokenTower } from '../support/token-tower.js';
import { watch } from '../support/watched-promise.js';

describe('the token of one client', () => {
  it('is not served once the credentials are those of another', async () => {
    let clientId = 'first';
    const { tokens, clock, script } = tokenTower(
      { credentials: () => ({ clientId, clientSecret: 'secret' }) },
      { lifetimeSeconds: 3600 },
    );
    script.push(() => granted('of-first'), refused);
    await tokens.getToken();

    clientId = 'second';
    await clock.advance(0.85 * 3_600_000);
    await tokens.getToken();
    await clock.advance(0);
    // The first client is refused now: the function is asked again, and names the second.
    script.push(() => granted('of-second'));
    watch(tokens.getToken());
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('of-second');
  });

  it('is not shared by two apps of one process', async () => {
    const [one, other] = [await startCloud(), await startCloud()];
    const first = await nestApp().overCloud(one).start();
    const second = await nestApp().overCloud(other).start();
    const values = [
      (await first.tokens.getToken()).value,
      (await second.tokens.getToken()).value,
    ];
    expect(new Set(values).size).toBe(2);
    expect([one, other].map(({ counters }) => counters.tokensIssued)).toEqual([
      1, 1,
    ]);
  });
});
