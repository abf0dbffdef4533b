import { expect, it } from 'vitest';

import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  refused,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const TEN_MINUTES = 10;

// Aspose counts the refusals of ten minutes; nothing says that a success in between starts its count anew.
it('is refused at most four times in ten minutes, also by an endpoint that accepts the credentials in between', async () => {
  const { tokens, clock, requests, script } = tokenTower();
  let refusals = 0;
  for (let minute = 0; minute < TEN_MINUTES; minute += 1) {
    const made = requests.length;
    const isRefused = minute % 2 === 0;
    script.splice(0);
    script.push(() => (isRefused ? refused() : granted('short', 1)));
    watch(tokens.getToken());
    await clock.advance(59_999);
    if (isRefused && requests.length > made) refusals += 1;
    await clock.advance(1);
  }
  expect(refusals).toBeLessThanOrEqual(4);
});

it('a refusal made good does not hold what a slow answer delays', async () => {
  const { tokens, clock, script } = tokenTower({}, { lifetimeSeconds: 60 });
  script.push(refused);
  watch(tokens.getToken());
  await clock.advance(61_000);
  await tokens.getToken();
  await clock.advance(60_000);
  script.push(silence);
  const call = watch(tokens.getToken());
  await clock.advance(9_900);
  expect(call.value?.value).toBe('token-4');
});

it('a late token ends no ban that was heard since it was asked for', async () => {
  const { tokens, clock, requests, script } = tokenTower(
    {},
    { lifetimeSeconds: 300 },
  );
  const held = heldAnswer();
  script.push(held.answer, () => json(429, {}, { 'retry-after': '600' }));
  watch(tokens.getToken());
  await clock.advance(8_000);
  held.reply(granted('late', 300));
  await clock.advance(0);
  expect((await tokens.getToken()).value).toBe('late');
  await clock.advance(290_000);
  watch(tokens.getToken());
  await clock.advance(20_000);
  watch(tokens.getToken());
  expect(requests).toHaveLength(2);
});
