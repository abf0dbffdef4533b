import { TokenRequestError, TokenUnavailableError } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/token-event.js';
import type { TokenLayer } from '../token/token-layer.js';
import { flightClearance } from './flight-clearance.js';
import type { Flight } from './flight.js';

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

/**
 * Asks a source for a token: once in the background, several times if a caller waits without a valid token.
 *
 * Waits out what holds the next attempt back, and gives up if that lasts longer than the flight can wait.
 */
export async function fetchToken(
  { source, decisions, attempts }: FetchingParts,
  flight: Flight,
): Promise<FetchedToken> {
  const { signal } = flight;
  const clearanceOfNext = () =>
    flightClearance(source.hold(), { for: 'attempt', leftMs: flight.leftMs });
  /** The last failure, which knows how many token requests there were. */
  let failure: TokenRequestError | undefined;
  let tried = 0;
  /** Tokens in their last second are no failures: how often one is waited out is for the pauses to limit. */
  let ending = 0;
  // What holds the first attempt for too long is told by the source.
  let clearance = clearanceOfNext();
  for (;;) {
    const hasPaused = typeof clearance === 'object';
    if (typeof clearance === 'object') await flight.pause(clearance.waitMs);
    const requests = failure?.attempts ?? 0;
    try {
      const { unauthorized } = flight;
      const token = await source.getToken({
        signal,
        unauthorized,
        demand: flight,
        hasPaused,
      });
      signal.throwIfAborted();
      return { token, attempts: requests + (token.shared ? 0 : 1) };
    } catch (error) {
      if (error instanceof TokenUnavailableError && failure !== undefined) {
        // The source holds the retry back. The flight reports the failure that made it necessary, not that hold.
        clearance = clearanceOfNext();
        if (typeof clearance !== 'object') throw failure;
        continue;
      }
      if (!(error instanceof TokenRequestError)) throw error;
      tried += 1;
      if (error.failure === 'ending') ending += 1;
      failure = error.with({ attempts: requests + error.attempts });
      const isLast =
        signal.aborted || !flight.isUrgent || tried - ending >= attempts;
      clearance = isLast ? 'stay' : clearanceOfNext();
      if (clearance === 'stay') throw failure;
      decisions.record({
        type: 'attempt-failed',
        code: error.code,
        status: error.status,
        attempt: tried,
        nextInMs: clearance === 'go' ? 0 : clearance.waitMs,
      });
    }
  }
}
