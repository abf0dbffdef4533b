import { describe, expect, it } from 'vitest';

import { IdentityServerHealth } from '../../../lib/endpoint/identity-server-health.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';

const SECOND = 1_000;

function healthByHand() {
  const clock = new ManualTokenClock();
  const told: unknown[] = [];
  const health = new IdentityServerHealth(clock, (change) => told.push(change));
  return { clock, health, told };
}

const down = (status: number) => ({ type: 'identity-server-down', status });
const up = (downMs: number) => ({ type: 'identity-server-up', downMs });

describe('IdentityServerHealth', () => {
  it('tells once of an outage, and once of its end', async () => {
    const { clock, health, told } = healthByHand();

    health.note(200);
    for (const status of [503, 504, 502, 500]) {
      health.note(status);
      await clock.advance(20 * SECOND);
    }
    health.note(200);
    health.note(400);

    expect(told).toEqual([down(503), up(80 * SECOND)]);
  });

  it.each([200, 400, 401, 403, 404, 429])(
    'takes %i for an answer',
    (status) => {
      const { health, told } = healthByHand();

      health.note(status);

      expect(told).toEqual([]);
    },
  );

  it('tells of no more than one outage in a minute, however failures and answers alternate', async () => {
    const { clock, health, told } = healthByHand();

    for (let second = 0; second < 600; second++) {
      health.note(500);
      health.note(200);
      await clock.advance(SECOND);
    }

    expect(told).toHaveLength(20);
    expect(told.slice(0, 2)).toEqual([down(500), up(0)]);
  });

  it('tells of an outage that began within a minute of the last once the minute is over', async () => {
    const { clock, health, told } = healthByHand();
    health.note(500);
    health.note(200);
    told.length = 0;

    await clock.advance(59 * SECOND);
    health.note(503);
    expect(told).toEqual([]);
    await clock.advance(SECOND);
    health.note(503);

    expect(told).toEqual([down(503)]);
  });
});
