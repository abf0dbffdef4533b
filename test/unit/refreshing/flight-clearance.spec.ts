import { describe, expect, it } from 'vitest';

import {
  type Clearance,
  flightClearance,
  type FlightRequest,
} from '../../../lib/refreshing/flight-clearance.js';
import type { TokenHold } from '../../../lib/token/token-hold.js';

const FLIGHT_MS = 10_000;
const refresh: FlightRequest = { for: 'refresh' };
const renewal: FlightRequest = { for: 'renewal', isFlying: false };
const joined: FlightRequest = { for: 'renewal', isFlying: true };
const waiting: FlightRequest = {
  for: 'caller',
  hasToken: false,
  leftMs: FLIGHT_MS,
};
const choosy: FlightRequest = { ...waiting, hasToken: true };
const attempt: FlightRequest = { for: 'attempt', leftMs: FLIGHT_MS };
const REQUESTS = { refresh, renewal, joined, waiting, choosy, attempt };

const wait = (waitMs: number): Clearance => ({ waitMs });

/** By what holds: the clearance for each request, in the order of {@link REQUESTS}. */
const TABLE: [TokenHold['reason'], number, Clearance[]][] = [
  ['refused', 1, ['stay', 'stay', 'stay', 'stay', 'stay', wait(1)]],
  ['refused', 5_000, ['stay', 'stay', 'stay', 'stay', 'stay', wait(5_000)]],
  ['refused', 5_001, ['stay', 'stay', 'stay', 'stay', 'stay', 'stay']],
  ['throttled', 1, ['stay', 'stay', 'stay', 'stay', 'stay', wait(1)]],
  ['throttled', 5_000, ['stay', 'stay', 'stay', 'stay', 'stay', wait(5_000)]],
  ['throttled', 5_001, ['stay', 'stay', 'stay', 'stay', 'stay', 'stay']],
  ['ending', 1, ['stay', 'stay', 'go', wait(1), wait(1), wait(1)]],
  ['ending', 5_001, ['stay', 'stay', 'go', 'stay', 'stay', 'stay']],
  ['back-off', 1, ['stay', 'stay', 'go', wait(1), 'stay', wait(1)]],
  ['back-off', 5_000, ['stay', 'stay', 'go', wait(5e3), 'stay', wait(5e3)]],
  ['back-off', 5_001, ['stay', 'stay', 'go', 'stay', 'stay', wait(5e3)]],
  ['budget', 1, ['stay', 'stay', 'go', wait(1), wait(1), wait(1)]],
  ['budget', 5_000, ['stay', 'stay', 'go', wait(5e3), wait(5e3), wait(5e3)]],
  ['budget', 5_001, ['stay', 'stay', 'go', 'stay', 'stay', 'stay']],
  ['closed', Infinity, ['stay', 'stay', 'stay', 'stay', 'stay', 'stay']],
];

const CASES = TABLE.flatMap(([reason, remainingMs, clearances]) =>
  Object.entries(REQUESTS).map(([name, request], i) => ({
    name,
    request,
    reason,
    remainingMs,
    expected: clearances[i],
  })),
);

describe('flightClearance', () => {
  it.each(Object.entries(REQUESTS))('goes without a hold: %s', (_, request) => {
    expect(flightClearance(undefined, request)).toBe('go');
  });

  it.each(CASES)(
    'is $expected for $name, with $remainingMs ms of $reason left',
    ({ request, reason, remainingMs, expected }) => {
      expect(flightClearance({ reason, remainingMs }, request)).toEqual(
        expected,
      );
    },
  );

  it.each([
    ['refresh', refresh, 'go'],
    ['waiting', waiting, 'go'],
    ['choosy', choosy, 'go'],
    ['attempt', attempt, 'go'],
    ['renewal', renewal, 'stay'],
    ['joined', joined, 'stay'],
  ] as const)(
    'lets a flight look for credentials that are not held back: %s',
    (_, request, expected) => {
      const hold: TokenHold = {
        reason: 'refused',
        remainingMs: 60_000,
        mayBeLifted: true,
      };
      expect(flightClearance(hold, request)).toBe(expected);
    },
  );

  it.each([
    ['a flight', waiting],
    ['an attempt', attempt],
  ])('begins no pause that lasts until the end of %s', (_, request) => {
    for (const reason of ['back-off', 'budget'] as const) {
      const of = (leftMs: number) =>
        flightClearance({ reason, remainingMs: 2_000 }, { ...request, leftMs });
      expect(of(2_000)).toBe('stay');
      expect(of(2_001)).toEqual({ waitMs: 2_000 });
    }
  });
});
