import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyPlan, healthyPlan } from '../../support/engine-plan.js';
import {
  type EngineRun,
  type Moment,
  type Plan,
  type RecordedCall,
  runEngine,
} from '../../support/engine-run.js';

const RUNS = 300;
/** Printed with a failure; to run it again, set this variable. */
const SEED = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);
/** A flight of 10 s, one more where its token was of no use, and 2 s of patience with a valid token at hand. */
const CALL_LIMIT_MS = 22_000;
const TEN_MINUTES_MS = 600_000;
const BURST = 5;

describe('createTokenEngine, whatever happens to the app', () => {
  it('never serves an expired token', () =>
    holds(anyPlan(), (run) => {
      for (const { token, at } of [...served(run), ...run.peeks])
        expect(ageMs(run, token, at)).toBeLessThan(usableMs(run));
    }));

  it('never serves a token again that was refused and renewed', () =>
    holds(anyPlan(), (run) => {
      for (const { token, at } of [...served(run), ...run.peeks])
        for (const renewal of renewalsOf(run, token))
          expect(at.order).toBeLessThan(renewal.startedAt.order);
    }));

  it('never has two token requests in flight', () =>
    holds(anyPlan(), ({ requests }) => {
      for (const [index, request] of requests.entries()) {
        const next = requests[index + 1];
        if (next !== undefined)
          expect(request.endedAt?.order).toBeLessThan(next.sentAt.order);
      }
    }));

  it('asks a healthy endpoint at most twice in a lifetime, and once more for each token that an API refuses', () =>
    holds(healthyPlan(), (run) => {
      const { requests, lifetimeMs } = run;
      for (const [index, { sentAt }] of requests.entries()) {
        const within = requests
          .slice(index)
          .filter(
            (later) => later.sentAt.agingMs < sentAt.agingMs + lifetimeMs,
          );
        const last = within.at(-1)?.sentAt ?? sentAt;
        const renewed = new Set(
          run.calls
            .filter(
              ({ startedAt: { order }, options: { refused } }) =>
                refused && order >= sentAt.order && order <= last.order,
            )
            .map(({ options }) => options.refused?.value),
        );
        expect(within.length).toBeLessThanOrEqual(2 + renewed.size);
      }
    }));

  it('is refused at most four times in ten minutes with one client id and secret', () =>
    holds(anyPlan(), ({ requests }) => {
      const refusals = requests.filter(({ outcome }) => outcome === 'refuse');
      for (const { pair, sentAt } of refusals) {
        const within = refusals.filter(
          (other) =>
            other.pair === pair &&
            isWithin(other.sentAt, sentAt, TEN_MINUTES_MS),
        );
        expect(within.length).toBeLessThanOrEqual(4);
      }
    }));

  it('never sends more token requests than a burst of five and one per interval', () =>
    holds(anyPlan(), ({ requests, lifetimeMs }) => {
      const paceMs = Math.min(Math.max(lifetimeMs / 4, 1_000), 10_000);
      const firstGrant = requests.find(({ token }) => token !== undefined);
      for (const [index, first] of requests.entries())
        for (const [more, last] of requests.slice(index).entries()) {
          const isLifetimeKnown =
            firstGrant !== undefined &&
            last.sentAt.order > (firstGrant.endedAt?.order ?? Infinity);
          const intervalMs = isLifetimeKnown ? paceMs : 10_000;
          const spanMs = last.sentAt.monotonicMs - first.sentAt.monotonicMs;
          expect(more + 1).toBeLessThanOrEqual(BURST + spanMs / intervalMs);
        }
    }));

  it('never causes an unhandled rejection', () =>
    holds(anyPlan(), ({ unhandled }) => {
      expect(unhandled).toEqual([]);
    }));

  it('settles every call within two flights and its patience', () =>
    holds(anyPlan(), ({ calls }) => {
      for (const { startedAt, settledAt } of calls)
        expect(
          (settledAt?.monotonicMs ?? Infinity) - startedAt.monotonicMs,
        ).toBeLessThanOrEqual(CALL_LIMIT_MS);
    }));

  it('lets no failure reach a caller whose minimum a valid token meets', () =>
    holds(anyPlan(), (run) => {
      for (const call of run.calls)
        if (call.error !== undefined && !call.options.signal?.aborted)
          expect(couldHaveServed(run, call)).toBeUndefined();
    }));
});

/** Runs each plan once, for all properties: they draw the same plans. */
const runs = new Map<string, Promise<EngineRun>>();

async function holds(
  plans: fc.Arbitrary<Plan>,
  property: (run: EngineRun) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const key = fc.stringify(plan);
      const run = runs.get(key) ?? runEngine(plan);
      runs.set(key, run);
      property(await run);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

/** The tokens that callers may send. One that is refused comes back to say that its refusal stands. */
function served({ calls }: EngineRun): { token: string; at: Moment }[] {
  return calls.flatMap(({ token, settledAt, options }) =>
    token !== undefined && settledAt && token !== options.refused?.value
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

/** The refusals of a token that were not answered with the same token. */
function renewalsOf({ calls }: EngineRun, refused: string): RecordedCall[] {
  return calls.filter(
    ({ options, token }) =>
      options.refused?.value === refused && token !== refused,
  );
}

function isWithin(at: Moment, from: Moment, spanMs: number): boolean {
  const sinceMs = at.monotonicMs - from.monotonicMs;
  return sinceMs >= 0 && sinceMs < spanMs;
}

/** The token that the engine held when the call was made and that was still good when the call failed. */
function couldHaveServed(
  run: EngineRun,
  { startedAt, settledAt = startedAt, options }: RecordedCall,
): string | undefined {
  const { requests, clientChangedAt, lifetimeMs } = run;
  const held = requests
    .filter(
      ({ token, endedAt }) =>
        token !== undefined &&
        endedAt !== undefined &&
        endedAt.order < startedAt.order &&
        ageMs(run, token, endedAt) < usableMs(run),
    )
    .at(-1)?.token;
  if (held === undefined || held === options.refused?.value) return undefined;
  const wasGivenUp =
    renewalsOf(run, held).some(
      (renewal) => renewal.startedAt.order < settledAt.order,
    ) || (clientChangedAt?.order ?? Infinity) < settledAt.order;
  const minimumMs = Math.min(options.minValidityMs ?? 0, lifetimeMs / 2);
  const isGood = [startedAt, settledAt].every((at) => {
    const age = ageMs(run, held, at);
    return age < usableMs(run) && lifetimeMs - age >= minimumMs;
  });
  return isGood && !wasGivenUp ? held : undefined;
}
