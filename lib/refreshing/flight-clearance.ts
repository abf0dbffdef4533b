import type { TokenHold } from '../token/token-hold.js';

/**
 * What a token request is wanted for. `leftMs` is how much longer the flight may take, in milliseconds.
 *
 * - `refresh`: to replace a valid token in the background
 * - `renewal`: to replace a token that an API answered 401 to; perhaps by a flight that is in the air
 * - `caller`: for a caller who waits, with no valid token or none that meets the minimum
 * - `attempt`: for the first or next attempt of a flight in the air
 */
export type FlightRequest =
  | { readonly for: 'refresh' }
  | { readonly for: 'renewal'; readonly isFlying: boolean }
  | {
      readonly for: 'caller';
      readonly hasToken: boolean;
      readonly leftMs: number;
    }
  | { readonly for: 'attempt'; readonly leftMs: number };

/**
 * Whether a token request may be made.
 *
 * - `go`: now
 * - `waitMs`: within a flight, after a pause of so many milliseconds
 * - `stay`: not in this flight, or no flight at all
 */
export type Clearance = 'go' | 'stay' | { readonly waitMs: number };

const MAX_WAIT_MS = 5_000;

/**
 * Decides whether a flight may start or an attempt be made: now, after a short pause, or not at all.
 *
 * Of a long back-off, a flight in the air waits out only the first seconds: its callers have little time.
 */
export function flightClearance(
  hold: TokenHold | undefined,
  request: FlightRequest,
): Clearance {
  if (hold === undefined) return 'go';
  // Who has no token waits for that of the other process within the flight.
  if (hold.reason === 'elsewhere')
    return request.for === 'refresh' ? 'stay' : 'go';
  if (request.for === 'renewal')
    return request.isFlying && holdsNewFlightsOnly(hold) ? 'go' : 'stay';
  if (hold.mayBeLifted) return 'go';
  if (request.for === 'refresh') return 'stay';
  if (request.for === 'caller' && !isWorthWaiting(hold, request.hasToken))
    return 'stay';
  const waitMs =
    request.for === 'attempt' && hold.reason === 'back-off'
      ? Math.min(hold.remainingMs, MAX_WAIT_MS)
      : hold.remainingMs;
  return waitMs <= MAX_WAIT_MS && waitMs < request.leftMs ? { waitMs } : 'stay';
}

/** A flight that is in the air goes on in spite of these. The others concern its credentials. */
function holdsNewFlightsOnly({ reason }: TokenHold): boolean {
  return reason === 'back-off' || isNoFailure(reason);
}

/** A back-off follows a failure: only a caller without a valid token waits for its end. */
function isWorthWaiting({ reason }: TokenHold, hasToken: boolean): boolean {
  return isNoFailure(reason) || (reason === 'back-off' && !hasToken);
}

/** The runaway guard, or a token that is about to be replaced. */
function isNoFailure(reason: TokenHold['reason']): boolean {
  return reason === 'budget' || reason === 'ending';
}
