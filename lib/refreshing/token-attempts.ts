import { TokenRequestError, TokenUnavailableError } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/decision-log.js';
import type { TokenLayer } from '../token/token-layer.js';
import { type Clearance, flightClearance } from './flight-clearance.js';
import type { Flight } from './single-flight.js';

/** A token, and how many token requests it took. */
export interface FetchedToken {
  readonly token: AccessToken;
  readonly attempts: number;
}

/** What {@link fetchToken} works with. */
export interface FetchingParts {
  readonly source: TokenLayer;
  readonly decisions: DecisionLog;
  /** How many attempts are made, at the most, while a caller waits without a valid token. */
  readonly attempts: number;
}

/** The attempts of a flight so far. */
interface FailedAttempts {
  readonly count: number;
  /** The last failure, which knows how many token requests there were. */
  readonly failure?: TokenRequestError;
}

/**
 * Asks a source for a token: once in the background, several times if a caller waits without a valid token.
 *
 * Waits out what holds the next attempt back, and gives up if that lasts longer than the flight can wait.
 */
export async function fetchToken(
  parts: FetchingParts,
  flight: Flight<AccessToken>,
): Promise<FetchedToken> {
  const first = clearanceOfNext(parts, flight);
  if (typeof first === 'object') await flight.pause(first.waitMs);
  return attemptAfter({ count: 0 }, parts, flight);
}

async function attemptAfter(
  before: FailedAttempts,
  parts: FetchingParts,
  flight: Flight<AccessToken>,
): Promise<FetchedToken> {
  const requests = before.failure?.attempts ?? 0;
  const { signal, unauthorized } = flight;
  try {
    const token = await parts.source.getToken({ signal, unauthorized });
    signal.throwIfAborted();
    return { token, attempts: requests + 1 };
  } catch (error) {
    if (error instanceof TokenUnavailableError) {
      // The source itself holds the request back. A retry reports the failure that made it necessary, not that hold.
      const again = before.failure && clearanceOfNext(parts, flight);
      if (typeof again !== 'object') throw before.failure ?? error;
      await flight.pause(again.waitMs);
      return attemptAfter(before, parts, flight);
    }
    if (!(error instanceof TokenRequestError)) throw error;
    const count = before.count + 1;
    const failure = error.with({ attempts: requests + error.attempts });
    const isLast =
      signal.aborted || count >= (flight.isUrgent ? parts.attempts : 1);
    const next = isLast ? 'stay' : clearanceOfNext(parts, flight);
    if (next === 'stay') throw failure;
    const nextInMs = next === 'go' ? 0 : next.waitMs;
    const { code, status } = error;
    parts.decisions.record({
      type: 'attempt-failed',
      code,
      status,
      attempt: count,
      nextInMs,
    });
    if (nextInMs > 0) await flight.pause(nextInMs);
    return attemptAfter({ count, failure }, parts, flight);
  }
}

function clearanceOfNext(
  { source }: FetchingParts,
  { leftMs }: Flight<AccessToken>,
): Clearance {
  return flightClearance(source.hold(), { for: 'attempt', leftMs });
}
