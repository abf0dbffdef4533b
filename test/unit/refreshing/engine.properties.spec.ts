import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  anyPlan,
  healthyPlan,
  refusedPlan,
} from '../../support/engine-plan.js';
import {
  type EngineRun,
  type Moment,
  type Plan,
  type RecordedCall,
  runEngine,
} from '../../support/engine-run.js';

const RUNS = 200;
/** Printed with a failure; set the variable to draw the same plans again. */
const SEED = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

/** A flight of 10 s, one more where its token was of no use, and 2 s of patience with a valid token. */
const CALL_LIMIT_MS = 22_000;
const ATTEMPT_MS = 4_000;
const TEN_MINUTES_MS = 600_000;
const BURST = 5;
const SLOWEST_PACE_MS = 10_000;

describe('createTokenEngine, whatever happens', { timeout: 30_000 }, () => {
  it('never serves an expired token', () =>
    expectNone(anyPlan(), (run) =>
      [...served(run), ...run.peeks].filter(
        ({ token, at }) => ageMs(run, token, at) >= usableMs(run),
      ),
    ));

  it('never serves a token again that was unauthorized and renewed', () =>
    expectNone(anyPlan(), (run) =>
      [...served(run), ...run.peeks].filter(({ token, at }) =>
        renewalsOf(run, token).some(({ settledAt }) => isBefore(settledAt, at)),
      ),
    ));

  it('has no two token requests in flight, but for those whose time is up', () =>
    expectNone(anyPlan(), ({ requests }) =>
      requests.filter(({ pair, sentAt }, index) =>
        requests
          .slice(0, index)
          .some(
            (before) =>
              before.pair === pair &&
              !isBefore(before.endedAt, sentAt) &&
              sentAt.monotonicMs - before.sentAt.monotonicMs < ATTEMPT_MS,
          ),
      ),
    ));

  it('asks a healthy endpoint at most twice in a lifetime, and once more for each token that an API answers 401 to', () =>
    expectNone(healthyPlan(), (run) => {
      const { requests, lifetimeMs } = run;
      return requests.filter(({ sentAt }, index) => {
        const inALifetime = requests
          .slice(index)
          .filter(
            (later) => later.sentAt.agingMs < sentAt.agingMs + lifetimeMs,
          );
        const unauthorized = unauthorizedTokens(
          run,
          sentAt,
          inALifetime.at(-1)?.sentAt,
        );
        return inALifetime.length > 2 + unauthorized.size;
      });
    }));

  it.each([
    ['whatever happens', anyPlan()],
    ['though it is reset at will and answers come late', refusedPlan()],
  ])(
    'is refused at most four times in ten minutes with one client id and secret, %s',
    (_, plans) =>
      expectNone(plans, ({ requests }) => {
        const refusals = requests.filter(({ outcome }) => outcome === 'refuse');
        return refusals.filter(({ pair, sentAt: last }) => {
          // The endpoint may have counted each when it was sent, when it was answered, or in between.
          const counted = refusals.filter(
            ({ sentAt, endedAt = sentAt, ...other }) =>
              other.pair === pair &&
              sentAt.order <= last.order &&
              last.monotonicMs < endedAt.monotonicMs + TEN_MINUTES_MS,
          );
          return counted.length > 4;
        });
      }),
  );

  it('never sends more token requests than a burst of five and one per interval', () =>
    expectNone(anyPlan(), ({ requests, lifetimeMs }) => {
      const paceMs = Math.min(Math.max(lifetimeMs / 4, 1_000), SLOWEST_PACE_MS);
      const granted = requests.find(({ token }) => token !== undefined);
      return requests.filter(({ sentAt: last, pair }) => {
        const ofPair = requests.filter((request) => request.pair === pair);
        const index = ofPair.findIndex(({ sentAt }) => sentAt === last);
        const isLifetimeKnown = isBefore(granted?.endedAt, last);
        const intervalMs = isLifetimeKnown ? paceMs : SLOWEST_PACE_MS;
        return ofPair.slice(0, index).some(({ sentAt: first }, from) => {
          const spanMs = last.monotonicMs - first.monotonicMs;
          return index - from + 1 > BURST + spanMs / intervalMs;
        });
      });
    }));

  it('never causes an unhandled rejection', () =>
    expectNone(anyPlan(), ({ unhandled }) => unhandled));

  it('settles every call within two flights and its patience', () =>
    expectNone(anyPlan(), ({ calls }) =>
      calls.filter(
        ({ startedAt, settledAt }) =>
          settledAt === undefined ||
          settledAt.monotonicMs - startedAt.monotonicMs > CALL_LIMIT_MS,
      ),
    ));

  it('lets no failure reach a caller whose minimum a valid token meets', () =>
    expectNone(anyPlan(), (run) =>
      run.calls.filter(
        (call) =>
          call.error !== undefined &&
          !call.options.signal?.aborted &&
          couldHaveServed(run, call) !== undefined,
      ),
    ));
});

/** Runs each plan once, for all properties: they draw the same plans. */
const runs = new Map<string, Promise<EngineRun>>();

/** Expects that runs of all plans show no violation. */
async function expectNone(
  plans: fc.Arbitrary<Plan>,
  violations: (run: EngineRun) => readonly unknown[],
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const key = fc.stringify(plan);
      const run = runs.get(key) ?? runEngine(plan);
      runs.set(key, run);
      expect(violations(await run)).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

/** The tokens that callers may send. One that is unauthorized comes back if its 401 is to be passed on. */
function served({ calls }: EngineRun): { token: string; at: Moment }[] {
  return calls.flatMap(({ token, settledAt, options }) =>
    token !== undefined &&
    settledAt &&
    token !== options.unauthorized?.token.value
      ? [{ token, at: settledAt }]
      : [],
  );
}

/** By the clock that moved further since the token was asked for. */
function ageMs({ requests }: EngineRun, token: string, at: Moment): number {
  const sentAt = requests.find((request) => request.token === token)?.sentAt;
  return sentAt === undefined
    ? Infinity
    : Math.max(at.monotonicMs - sentAt.monotonicMs, at.wallMs - sentAt.wallMs);
}

/** A second before its end, or a twentieth of a short life. */
function usableMs({ lifetimeMs }: EngineRun): number {
  return lifetimeMs - Math.min(1_000, lifetimeMs / 20);
}

function isBefore(at: Moment | undefined, other: Moment): boolean {
  return at !== undefined && at.order < other.order;
}

/** The 401s to a token that were followed by another token. */
function renewalsOf(
  { calls }: EngineRun,
  unauthorized: string,
): RecordedCall[] {
  return calls.filter(
    ({ options, token }) =>
      options.unauthorized?.token.value === unauthorized &&
      token !== undefined &&
      token !== unauthorized,
  );
}

/** The tokens that callers came back with in a span of time. */
function unauthorizedTokens(
  { calls }: EngineRun,
  from: Moment,
  to: Moment = from,
): Set<string> {
  return new Set(
    calls.flatMap(({ options: { unauthorized }, startedAt: { order } }) =>
      unauthorized !== undefined && order >= from.order && order <= to.order
        ? [unauthorized.token.value]
        : [],
    ),
  );
}

/** The token that the engine held when the call was made and that was still good when the call failed. */
function couldHaveServed(
  run: EngineRun,
  { startedAt, settledAt = startedAt, options }: RecordedCall,
): string | undefined {
  const held = run.requests
    .filter(
      ({ token, sentAt, endedAt }) =>
        token !== undefined &&
        endedAt !== undefined &&
        endedAt.monotonicMs - sentAt.monotonicMs < ATTEMPT_MS &&
        isBefore(endedAt, startedAt) &&
        ageMs(run, token, endedAt) < usableMs(run),
    )
    .at(-1)?.token;
  if (held === undefined) return undefined;
  const isGivenUp =
    isBefore(run.clientChangedAt, settledAt) ||
    renewalsOf(run, held).some((renewal) =>
      isBefore(renewal.startedAt, settledAt),
    );
  const minimumMs = Math.min(options.minValidityMs ?? 0, run.lifetimeMs / 2);
  const isGood = [startedAt, settledAt].every((at) => {
    const age = ageMs(run, held, at);
    return age < usableMs(run) && run.lifetimeMs - age >= minimumMs;
  });
  return isGood && !isGivenUp ? held : undefined;
}
