import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const AUTH = { accessToken: 'static' };

describe.each([
  ['refresh', 'safetyMs', 'earliest, latest, safetyMs, patienceMs'],
  ['timeouts', 'flightMs', 'attemptMs, flightMs'],
  ['retry', 'maxDelayMs', 'attempts, baseDelayMs, maxDelayMs'],
])('%s', (group, name, known) => {
  const problemsWith = (settings: unknown) =>
    problemsOf({ ...AUTH, [group]: settings });

  it.each([{}, undefined, { [name]: undefined }, { [name]: 20_000 }])(
    'may be %j',
    (settings) => {
      expect(problemsWith(settings)).toStrictEqual([]);
    },
  );

  it.each([
    [null, 'null'],
    [5, 'number'],
    [[], 'an array'],
  ])('must be an object, unlike %j', (settings, what) => {
    expect(problemsWith(settings)).toStrictEqual([
      `${group} must be an object, not ${what}.`,
    ]);
  });

  it('refuses a field that it does not know', () => {
    expect(problemsWith({ safety: 1 })).toStrictEqual([
      `${group}.safety is not an option. Known are ${known}.`,
    ]);
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31, '5000', null, true])(
    'refuses a number that no timer can take: %j',
    (value) => {
      expect(problemsWith({ [name]: value })).toStrictEqual([
        `${group}.${name} must be a number above 0, and at most 2147483647.`,
      ]);
    },
  );
});

describe('The settings', () => {
  it.each([
    [
      { refresh: { earliest: 0.6, latest: 0.5 } },
      'refresh.earliest (0.6) must not be above refresh.latest (0.5); what is not set has its default.',
    ],
    [
      { refresh: { earliest: 0.81 } },
      'refresh.earliest (0.81) must not be above refresh.latest (0.8); what is not set has its default.',
    ],
    [
      { refresh: { latest: 0.69 } },
      'refresh.earliest (0.7) must not be above refresh.latest (0.69); what is not set has its default.',
    ],
    [
      { refresh: { latest: 0.9 } },
      'refresh.latest must be below 0.9: the last tenth of a lifetime is kept for failures.',
    ],
    [
      { timeouts: { attemptMs: 10_001 } },
      'timeouts.attemptMs (10001) must not be above timeouts.flightMs (10000); what is not set has its default.',
    ],
    [
      { timeouts: { flightMs: 3_999 } },
      'timeouts.attemptMs (4000) must not be above timeouts.flightMs (3999); what is not set has its default.',
    ],
    [{ retry: { attempts: 1.5 } }, 'retry.attempts must be a whole number.'],
  ])('must fit one another: %j', (options, problem) => {
    expect(problemsOf({ ...AUTH, ...options })).toStrictEqual([problem]);
  });

  it.each([
    { refresh: { earliest: 0.8 } },
    { refresh: { latest: 0.7 } },
    { refresh: { latest: 0.899 } },
    { timeouts: { attemptMs: 10_000 } },
    { timeouts: { flightMs: 4_000 } },
    { retry: { attempts: 1 } },
  ])('may go up to the limit: %j', (options) => {
    expect(problemsOf({ ...AUTH, ...options })).toStrictEqual([]);
  });
});
