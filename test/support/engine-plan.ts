import fc from 'fast-check';

import type { PairName, Plan, Step } from './engine-run.js';
import type { Mood } from './model-endpoint.js';

/** Any run: whatever can go wrong does. */
export function anyPlan(): fc.Arbitrary<Plan> {
  return fc.record({
    lifetimeSeconds: lifetime(),
    steps: fc.array(step(), { minLength: 5, maxLength: 60, size: 'max' }),
    moods: moods(),
    hasVault: fc.boolean(),
    draws: draws(),
  });
}

/** A run in which the secret is wrong, answers are late and an operator resets at will. */
export function refusedPlan(): fc.Arbitrary<Plan> {
  const reset = fc.constant<Step>({ do: 'reset' });
  return fc.record({
    lifetimeSeconds: lifetime(),
    steps: fc.array(fc.oneof(call(), pass(), reset, reset), {
      minLength: 20,
      maxLength: 60,
      size: 'max',
    }),
    moods: fc.array(fc.oneof(refusal(), refusal(), refusal(), mood()), {
      minLength: 20,
      maxLength: 40,
      size: 'max',
    }),
    hasVault: fc.boolean(),
    draws: draws(),
  });
}

/** A run with an endpoint that always answers in time; the clock and the APIs still misbehave. */
export function healthyPlan(): fc.Arbitrary<Plan> {
  return fc.record({
    lifetimeSeconds: lifetime(),
    steps: fc.array(healthyStep(), {
      minLength: 5,
      maxLength: 60,
      size: 'max',
    }),
    moods: fc.array(grant(3_900), { maxLength: 40, size: 'max' }),
    hasVault: fc.boolean(),
    draws: draws(),
  });
}

function lifetime(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(1, 2, 3, 10, 59, 60, 300, 3600, 86_400, 10_000_000),
    // As many short ones as long ones.
    fc
      .double({ min: 0, max: 7, noNaN: true })
      .map((digits) => Math.max(1, Math.round(10 ** digits))),
  );
}

function draws(): fc.Arbitrary<number[]> {
  return fc.array(
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
}

function healthyStep(): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 6, arbitrary: call() },
    { weight: 3, arbitrary: use() },
    { weight: 3, arbitrary: traffic() },
    { weight: 8, arbitrary: pass() },
    { weight: 1, arbitrary: jump() },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'revoke' }) },
  );
}

function step(): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 20, arbitrary: healthyStep() },
    { weight: 1, arbitrary: vault() },
    { weight: 1, arbitrary: accept() },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'reset' }) },
  );
}

function call(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('call' as const),
    times: fc.constantFrom(1, 1, 3),
    minValidityMs: minimum(),
    abortAfterMs: fc.option(fc.integer({ min: 0, max: 12_000 }), {
      nil: undefined,
      freq: 4,
    }),
  });
}

function minimum(): fc.Arbitrary<number | undefined> {
  return fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom(100, 500, 3_600_000, Infinity),
    ),
    { nil: undefined },
  );
}

function traffic(): fc.Arbitrary<Step> {
  const common = {
    do: fc.constant('traffic' as const),
    calls: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 2, max: 12 }) },
      { weight: 1, arbitrary: fc.constant(60) },
    ),
    minValidityMs: fc.oneof(fc.constant(undefined), minimum()),
  };
  return fc.oneof(
    fc.record({
      ...common,
      everyLives: fc.constantFrom(0.03, 0.07, 0.2, 0.48),
    }),
    fc.record({
      ...common,
      everyMs: fc.constantFrom(10, 200, 1_000, 7_000, 61_000),
    }),
  );
}

function use(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('use' as const),
    api: fc.constantFrom(
      'honest' as const,
      'honest',
      'refuses all',
      'refuses all too',
    ),
    takesMs: fc.constantFrom(0, 50, 2_000, 40_000),
  });
}

/** Mostly to where a token changes its state, or where a pause or a flight ends. */
function pass(): fc.Arbitrary<Step> {
  return fc.oneof(
    fc.record({
      do: fc.constant('pass' as const),
      lives: fc.constantFrom(0.05, 0.1, 0.3, 0.5, 0.55, 0.75, 0.9, 0.95, 1.1),
      ms: fc.integer({ min: 0, max: 50 }),
    }),
    fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 2_500 }),
        fc.integer({ min: 0, max: 70_000 }),
        fc.constantFrom(1_000, 4_000, 5_000, 10_000, 60_000, 600_000),
      ),
    }),
  );
}

function jump(): fc.Arbitrary<Step> {
  const lives = fc.double({ min: -2, max: 2, noNaN: true });
  return fc.oneof(
    fc.record({ do: fc.constant('set clock' as const), lives }),
    fc.record({
      do: fc.constant('set clock' as const),
      ms: fc.integer({ min: -4_000_000, max: 4_000_000 }),
    }),
    fc.record({
      do: fc.constant('suspend' as const),
      lives: lives.map(Math.abs),
    }),
  );
}

function vault(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('vault' as const),
    gives: fc.oneof(
      { weight: 3, arbitrary: pair() },
      { weight: 1, arbitrary: fc.constantFrom('nothing' as const, 'silence') },
    ),
  });
}

function accept(): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('accept' as const), pair: pair() });
}

function pair(): fc.Arbitrary<PairName> {
  return fc.constantFrom<PairName>('a/1', 'a/1', 'a/2', 'a/2', 'b/3');
}

/** Some at random, or a few over and over. */
function moods(): fc.Arbitrary<Mood[]> {
  return fc.oneof(
    fc.array(mood(), { maxLength: 40, size: 'max' }),
    fc
      .tuple(
        fc.array(mood(), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 20 }),
      )
      .map(([pattern, times]) =>
        Array.from({ length: times }, () => pattern).flat(),
      ),
  );
}

function mood(): fc.Arbitrary<Mood> {
  return fc.oneof(
    { weight: 8, arbitrary: grant(6_000) },
    { weight: 2, arbitrary: failure() },
    { weight: 1, arbitrary: refusal() },
    { weight: 1, arbitrary: throttling() },
    { weight: 1, arbitrary: malformed() },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Mood>(
        { kind: 'unreachable' },
        { kind: 'hang' },
        { kind: 'bug' },
      ),
    },
  );
}

function grant(slowestMs: number): fc.Arbitrary<Mood> {
  return fc.record({
    kind: fc.constant('grant' as const),
    afterMs: fc.oneof(
      fc.constantFrom(0, 20),
      fc.integer({ min: 0, max: slowestMs }),
    ),
  });
}

/** Mostly in time, but perhaps as late as an answer is heard. */
function late(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 3_900 }),
    fc.integer({ min: 0, max: 29_900 }),
  );
}

function failure(): fc.Arbitrary<Mood> {
  return fc.record({
    kind: fc.constant('fail' as const),
    status: fc.constantFrom(408, 425, 500, 502, 503, 504),
    afterMs: fc.integer({ min: 0, max: 6_000 }),
  });
}

function refusal(): fc.Arbitrary<Mood> {
  return fc.record({
    kind: fc.constant('refuse' as const),
    status: fc.constantFrom(400, 401, 403, 404, 307),
    afterMs: late(),
  });
}

function throttling(): fc.Arbitrary<Mood> {
  return fc.record({
    kind: fc.constant('throttle' as const),
    retryAfter: fc.constantFrom(undefined, '0', '1', '4', '600', 'soon'),
  });
}

function malformed(): fc.Arbitrary<Mood> {
  return fc.record({
    kind: fc.constant('malformed' as const),
    body: fc.constantFrom(
      '',
      '<html></html>',
      '[]',
      'null',
      '{"access_token":"abc","expi',
      '{"access_token":"abc","expires_in":-1}',
      '{"access_token":"abc\\n","expires_in":60}',
      '{"access_token":"abc","expires_in":60,"token_type":"mac"}',
      '{"error":"server_error"}',
    ),
  });
}
