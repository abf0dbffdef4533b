import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { StaticTokenSource } from '../../../lib/token/static.token-source.js';
import {
  DecisionLog,
  type TokenEvent,
} from '../../../lib/token/token-event.js';
import { UnrenewableTokenSource } from '../../../lib/token/unrenewable.token-source.js';

const MINUTE = 60_000;
const CELLS = 'https://cells.example';
const WORDS = 'https://words.example';

function reporting() {
  const clock = new ManualTokenClock();
  const events: TokenEvent[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  const token = new AccessToken('canary');
  const source = new UnrenewableTokenSource(
    new StaticTokenSource(token),
    clock,
    decisions,
  );
  return {
    clock,
    token,
    source,
    events,
    unauthorized: (origin?: string) =>
      source.getToken({ unauthorized: { token, origin } }),
    /** The origins that were reported. */
    reported: () =>
      events.flatMap((event) =>
        event.type === 'renewal-impossible' ? event.origin : [],
      ),
  };
}

describe('UnrenewableTokenSource', () => {
  it('says nothing of a token that nobody complains of', async () => {
    const { source, token, events } = reporting();
    await expect(source.getToken()).resolves.toBe(token);
    await expect(source.getToken({})).resolves.toBe(token);
    expect(source.explain()).toEqual({ mode: 'static', decisions: [] });
    expect(events).toEqual([]);
  });

  it('hands out the very token again, and reports the 401', async () => {
    const { source, token, events, unauthorized } = reporting();
    await expect(unauthorized(CELLS)).resolves.toBe(token);
    expect(events).toMatchObject([
      {
        type: 'unauthorized',
        token: token.fingerprint,
        origin: CELLS,
        verdict: 'pass-through',
        why: 'a static token cannot be renewed',
      },
      { type: 'renewal-impossible', token: token.fingerprint, origin: CELLS },
    ]);
    expect(source.explain()).toEqual({ mode: 'static', decisions: events });
    expect(JSON.stringify(source.explain())).not.toContain('canary');
  });

  it('repeats an origin after pauses that double from a minute to an hour', async () => {
    const { clock, events, reported, unauthorized } = reporting();
    const reportedAt: number[] = [];
    for (let minute = 0; minute <= 5 * 60; minute += 1) {
      const before = reported().length;
      await unauthorized(CELLS);
      if (reported().length > before) reportedAt.push(minute);
      await clock.advance(MINUTE);
    }
    expect(reportedAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    expect(events.filter(({ type }) => type === 'unauthorized')).toHaveLength(
      301,
    );
  });

  it('knows each origin by itself', async () => {
    const { reported, unauthorized } = reporting();
    for (const origin of [CELLS, WORDS, CELLS, undefined, WORDS, undefined])
      await unauthorized(origin);
    expect(reported()).toEqual([CELLS, WORDS, '']);
  });

  it('begins anew after a reset', async () => {
    const { source, reported, unauthorized } = reporting();
    await unauthorized(CELLS);
    source.reset();
    await unauthorized(CELLS);
    expect(reported()).toEqual([CELLS, CELLS]);
  });
});
