import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { TokenExchange } from '../../../lib/credential/attempt-sender.js';
import { ClientCredentials } from '../../../lib/credential/client-credentials.js';
import {
  ASPOSE_FETCH_CHANNEL,
  publishedExchange,
} from '../../../lib/credential/fetch-channel.js';
import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { CLOSED, heldBack } from '../../../lib/token/token-hold.js';
import { publishedFetches } from '../../support/channels.js';
import { rejectionOf } from '../../support/rejection.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const clock = new ManualTokenClock();
const token = new AccessToken('canary', {
  lifetimeMs: 60_000,
  refreshAfterMs: 45_000,
  issuedAt: clock.read(),
});
const whose = { client: 'reports', tenant: '1a2b3c4d' };

/** Makes one request with an exchange, and tells what it promises. */
function request(
  exchange: TokenExchange,
  overdue: AbortSignal = new AbortController().signal,
) {
  return publishedExchange(
    exchange,
    whose,
    clock,
  )({
    pair: new ClientCredentials({ clientId: 'id', clientSecret: 'secret' }),
    unauthorized: undefined,
    overdue,
    signal: new AbortController().signal,
  });
}

/** Lets a turn of the event loop pass. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('The channel of token requests', () => {
  it('tells whose request starts, and how it ended', async () => {
    const { steps } = publishedFetches();

    await request(async () => {
      await clock.advance(120);
      return token;
    });
    await turn();

    const ended = {
      ...{ ...whose, waits: [] },
      ...{ outcome: 'accepted', durationMs: 120 },
    };
    expect(steps).toStrictEqual([
      { step: 'start', ...whose, waits: [] },
      { step: 'end', ...whose, waits: [] },
      { step: 'asyncStart', ...ended, result: undefined },
      { step: 'asyncEnd', ...ended, result: undefined },
    ]);
  });

  it('has one message for all steps of a request', async () => {
    const { messages } = publishedFetches();

    await request(async () => token);
    await turn();

    expect(new Set(messages).size).toBe(1);
  });

  it.each([
    [
      'a refusal',
      new TokenRequestError(AsposeAuthErrorCode.CREDENTIALS_REFUSED, 'no', {
        failure: 'refused',
        status: 400,
      }),
      {
        outcome: 'refused',
        code: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
        status: 400,
      },
    ],
    [
      'a failure without an answer',
      new TokenRequestError(
        AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
        'no',
        { failure: 'transient' },
      ),
      {
        outcome: 'transient',
        code: 'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
      },
    ],
    [
      'a shutdown',
      heldBack(CLOSED),
      { outcome: 'closed', code: 'ASPOSE_AUTH_SHUT_DOWN' },
    ],
    [
      'another error of this package',
      heldBack({ reason: 'budget', remainingMs: 1 }),
      { outcome: 'transient', code: 'ASPOSE_AUTH_BUDGET_EXHAUSTED' },
    ],
    ["the app's own error", new Error('mine'), { outcome: 'transient' }],
  ])('tells of %s', async (_, error, told) => {
    const { steps } = publishedFetches();

    expect(await rejectionOf(request(() => Promise.reject(error)))).toBe(error);
    await turn();

    expect(steps.map(({ step }) => step)).toStrictEqual([
      'start',
      'end',
      'error',
      'asyncStart',
      'asyncEnd',
    ]);
    expect(steps.at(-1)).toStrictEqual({
      step: 'asyncEnd',
      ...whose,
      waits: [],
      ...told,
      durationMs: 0,
      error,
    });
  });

  it('ends once nobody waits any more, whatever arrives later', async () => {
    const { steps } = publishedFetches();
    const overdue = new AbortController();
    let arrive: (late: AccessToken) => void = () => {};
    const answer = request(
      () => new Promise((resolve) => (arrive = resolve)),
      overdue.signal,
    );

    overdue.abort(TokenRequestError.timeout('did not answer', 4_000));
    await turn();
    await turn();

    expect(steps.at(-1)).toMatchObject({
      step: 'asyncEnd',
      outcome: 'transient',
      code: 'ASPOSE_AUTH_TOKEN_REQUEST_TIMEOUT',
    });
    const told = steps.length;
    arrive(token);
    await expect(answer).resolves.toBe(token);
    await turn();
    expect(steps).toHaveLength(told);
  });

  it('makes the request inside of what is bound to its start, and leaves the waiter outside', async () => {
    const spans = new AsyncLocalStorage<string>();
    const { start } = tracingChannel(ASPOSE_FETCH_CHANNEL);
    start.bindStore(spans, () => 'span');
    onTestFinished(() => void start.unbindStore(spans));
    let during: string | undefined;

    await request(async () => {
      await turn();
      during = spans.getStore();
      return token;
    });

    expect(during).toBe('span');
    expect(spans.getStore()).toBeUndefined();
  });

  it('leaves no rejection unhandled beside that of the request', async () => {
    publishedFetches();

    const unhandled = await unhandledRejectionsOf(async () => {
      await rejectionOf(request(() => Promise.reject(new Error('mine'))));
    });

    expect(unhandled).toStrictEqual([]);
  });

  it('does nothing but make the request while nobody has subscribed', async () => {
    const answer = Promise.resolve(token);
    let reads = 0;
    const exchange = publishedExchange(
      () => answer,
      {
        get client() {
          reads += 1;
          return 'reports';
        },
      },
      new (class extends ManualTokenClock {
        override monotonicNow() {
          reads += 1;
          return 0;
        }
      })(),
    );

    const returned = exchange({
      get pair(): never {
        throw new Error('was read');
      },
      get overdue(): never {
        throw new Error('was read');
      },
      get demand(): never {
        throw new Error('was read');
      },
      unauthorized: undefined,
      signal: new AbortController().signal,
    });

    expect(returned).toBe(answer);
    expect(reads).toBe(0);
  });
});
