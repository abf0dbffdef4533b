import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import {
  type AsposeTokenEvent,
  DecisionLog,
  type TokenUnauthorizedEvent,
} from '../../../lib/token/token-event.js';

function log() {
  const clock = new ManualTokenClock({ wallMs: 1_000 });
  const heard: AsposeTokenEvent[] = [];
  const listener = (event: AsposeTokenEvent) => heard.push(event);
  const decisions = new DecisionLog(clock, listener, 'reports');
  return { clock, heard, decisions };
}

const refusal: TokenUnauthorizedEvent = {
  type: 'unauthorized',
  token: '1a2b3c4d',
  origin: 'https://api.aspose.cloud',
  verdict: 'pass-through',
  why: 'renewing did not help',
};

describe('DecisionLog', () => {
  it('stamps each event with the wall clock and the client, and passes it on', () => {
    const { clock, heard, decisions } = log();
    decisions.record({ type: 'reset' });
    clock.setWallClock(500);
    decisions.record({ type: 'closed' });
    expect(heard).toEqual([
      { type: 'reset', at: 1_000, client: 'reports' },
      { type: 'closed', at: 1_500, client: 'reports' },
    ]);
    expect(decisions.recent).toEqual(heard);
  });

  it('works without a listener', () => {
    const decisions = new DecisionLog(new ManualTokenClock());
    decisions.record({ type: 'reset' });
    expect(decisions.recent).toHaveLength(1);
  });

  it('keeps the newest twenty, oldest first', () => {
    const { heard, decisions } = log();
    for (let i = 0; i < 21; i += 1)
      decisions.record({ type: 'renewal-held', origin: `o-${i}`, holdMs: 1 });
    expect(heard).toHaveLength(21);
    expect(decisions.recent).toEqual(heard.slice(1));
  });

  it('hands out a list that does not change any more', () => {
    const { decisions } = log();
    const { recent } = decisions;
    decisions.record({ type: 'reset' });
    expect(recent).toEqual([]);
  });

  it('tells an event of a kind only once where asked to', () => {
    const { heard, decisions } = log();
    const cut = { type: 'minimum-cut', askedMs: 2, effectiveMs: 1 } as const;
    decisions.recordOnce(cut);
    decisions.recordOnce({ ...cut, askedMs: 3 });
    decisions.recordOnce({
      type: 'lifetime-assumed',
      lifetimeMs: 1,
      from: 'jwt',
    });
    expect(heard.map(({ type }) => type)).toEqual([
      'minimum-cut',
      'lifetime-assumed',
    ]);
  });

  it('keeps one of a storm of equal refusals, the newest, and tells of each', () => {
    const { clock, heard, decisions } = log();
    decisions.record({ type: 'reset' });
    for (let i = 0; i < 500; i += 1) {
      clock.setWallClock(1);
      decisions.record(refusal);
    }
    expect(heard).toHaveLength(501);
    expect(decisions.recent).toEqual([
      { type: 'reset', at: 1_000, client: 'reports' },
      { ...refusal, at: 1_500, client: 'reports' },
    ]);
  });

  it.each([
    ['another token', { token: '00000000' }],
    ['another origin', { origin: 'https://example.com' }],
    ['another verdict', { verdict: 'renew' } as const],
  ])('keeps a refusal apart from one of %s', (_, other) => {
    const { decisions } = log();
    decisions.record(refusal);
    decisions.record({ ...refusal, ...other });
    expect(decisions.recent).toHaveLength(2);
  });

  it('keeps equal events of other kinds apart', () => {
    const { decisions } = log();
    decisions.record({ type: 'reset' });
    decisions.record({ type: 'reset' });
    decisions.record(refusal);
    decisions.record({ type: 'reset' });
    expect(decisions.recent).toHaveLength(4);
  });
});
