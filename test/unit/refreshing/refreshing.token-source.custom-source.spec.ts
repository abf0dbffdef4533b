import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import type { TokenHold } from '../../../lib/token/token-hold.js';
import { TokenLayer } from '../../../lib/token/token-layer.js';
import { type GetTokenOptions } from '../../../lib/token/token-source.js';
import { refreshingOver } from '../../support/refreshing-over.js';
import { watch } from '../../support/watched-promise.js';

const HOUR = 3_600_000;

/** A source as somebody else could write it: it heeds no signal and answers when the test says so. */
class StubbornTokenSource extends TokenLayer {
  readonly asked: GetTokenOptions[] = [];
  readonly answers: ((value: string) => void)[] = [];
  readonly calls: string[] = [];
  owner: string | undefined = 'owner';
  held: TokenHold | undefined;

  constructor(private readonly clock: ManualTokenClock) {
    super();
  }

  override getToken(options: GetTokenOptions = {}): Promise<AccessToken> {
    this.asked.push(options);
    return new Promise((resolve) => {
      this.answers.push((value) =>
        resolve(
          new AccessToken(value, {
            lifetimeMs: HOUR,
            refreshAfterMs: 2_700_000,
            issuedAt: this.clock.read(),
          }),
        ),
      );
    });
  }

  override get clientId(): string | undefined {
    return this.owner;
  }

  override hold(): TokenHold | undefined {
    return this.held;
  }

  override reset(): void {
    this.calls.push('reset');
  }

  override close(): void {
    this.calls.push('close');
  }
}

function tower() {
  const clock = new ManualTokenClock();
  const source = new StubbornTokenSource(clock);
  return { source, ...refreshingOver(source, clock) };
}

/** The same, with a token of some age. */
async function agedTower(ageMs: number) {
  const aged = tower();
  const call = watch(aged.tokens.getToken());
  aged.source.answers.shift()?.('first');
  await aged.clock.advance(ageMs);
  const token = call.value;
  if (token === undefined) throw new Error('No token came.');
  aged.source.asked.length = 0;
  return { ...aged, token };
}

describe('RefreshingTokenSource over any source', () => {
  it('hands down the signal of the flight, the unauthorized token and its origin', async () => {
    const { source, tokens, clock, token } = await agedTower(1_000);
    const unauthorized = { token, origin: 'https://cells.example' };
    watch(tokens.getToken({ unauthorized, minValidityMs: 5 }));
    expect(source.asked).toHaveLength(1);
    expect(source.asked[0]?.unauthorized).toMatchObject(unauthorized);
    expect(source.asked[0]?.minValidityMs).toBeUndefined();
    expect(source.asked[0]?.signal?.aborted).toBe(false);
    await clock.advance(10_000);
    expect(source.asked[0]?.signal?.aborted).toBe(true);
  });

  it('hands down no unauthorized token once it is replaced', async () => {
    const { source, tokens, clock, token } = await agedTower(1_000);
    watch(tokens.getToken({ unauthorized: { token } }));
    source.answers.shift()?.('second');
    await clock.advance(HOUR);
    watch(tokens.getToken());
    expect(source.asked.map(({ unauthorized }) => unauthorized?.token)).toEqual(
      [token, undefined],
    );
  });

  it('ends the wait at the deadline, and takes no token that comes later', async () => {
    const { source, tokens, clock } = tower();
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    expect(call.reason).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT,
    });
    const next = watch(tokens.getToken());
    source.answers[0]?.('late');
    await clock.advance(0);
    expect(tokens.peekToken()).toBeUndefined();
    source.answers[1]?.('in time');
    await clock.advance(0);
    expect(next.value?.value).toBe('in time');
  });

  it('takes no token that comes after it was closed', async () => {
    const { source, tokens, clock, events } = tower();
    watch(tokens.getToken());
    tokens.close();
    source.answers[0]?.('late');
    await clock.advance(0);
    expect(tokens.peekToken()).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['closed']);
  });

  it('resets and closes what is below, once', () => {
    const { source, tokens } = tower();
    tokens.reset();
    tokens.close();
    tokens.close();
    expect(source.calls).toEqual(['reset', 'close']);
  });

  it('explains itself by what the source explains, and by what it knows', async () => {
    const { tokens, token } = await agedTower(1_000);
    expect(tokens.explain()).toMatchObject({
      mode: 'custom',
      token: { fingerprint: token.fingerprint, state: 'fresh' },
    });
    expect(tokens.clientId).toBe('owner');
  });

  it('drops the token of another owner when the refresh fails', async () => {
    const { source, tokens, clock, token } = await agedTower(2_700_000);
    await expect(tokens.getToken()).resolves.toBe(token);
    source.owner = 'another';
    expect(tokens.peekToken()).toBe(token);
    await clock.advance(10_000);
    source.answers[0]?.('late');
    await clock.advance(0);
    expect(tokens.peekToken()).toBeUndefined();
  });
});

describe('RefreshingTokenSource over a source that is held back', () => {
  it.each<[TokenHold['reason'], number]>([
    ['refused', 60_000],
    ['throttled', 1],
    ['back-off', 5_001],
    ['budget', 5_001],
  ])('asks nothing and fails fast: %s for %i ms', async (reason, ms) => {
    const { source, tokens } = tower();
    source.held = { reason, remainingMs: ms };
    expect(tokens.hold()).toBe(source.held);
    await expect(tokens.getToken()).rejects.toMatchObject({
      retryAfterMs: ms,
    });
    expect(source.asked).toHaveLength(0);
  });

  it.each<[string, TokenHold['reason']]>([
    ['the runaway guard', 'budget'],
    ['a pause after a failure', 'back-off'],
  ])('waits out 5 s of %s', async (_, reason) => {
    const { source, tokens, clock } = tower();
    source.held = { reason, remainingMs: 5_000 };
    watch(tokens.getToken());
    await clock.advance(4_999);
    expect(source.asked).toHaveLength(0);
    await clock.advance(1);
    expect(source.asked).toHaveLength(1);
  });

  it.each([
    ['to be refreshed soon', 2_700_000],
    ['that must be refreshed', 3_570_000],
  ])('serves a token %s at once', async (_, ageMs) => {
    const { source, tokens, token } = await agedTower(ageMs);
    source.held = { reason: 'back-off', remainingMs: 1 };
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(source.asked).toHaveLength(0);
  });
});
