import { TokenRequestError } from '../errors/token-request.error.js';
import { TokenUnavailableError } from '../errors/token-unavailable.error.js';
import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/decision-log.js';
import type { UnauthorizedMemory } from './unauthorized-memory.js';
import type { Flight } from './single-flight.js';
import type { TokenClock } from '../token/token-clock.js';
import { isGrounding } from '../token/token-hold.js';
import type { TokenLayer } from '../token/token-layer.js';

/** A token, and how many attempts it took. */
export interface FetchedToken {
  readonly token: AccessToken;
  readonly attempts: number;
}

/** What {@link fetchToken} works with. */
export interface FetchingParts {
  readonly source: TokenLayer;
  readonly clock: TokenClock;
  readonly decisions: DecisionLog;
  /** Knows the token that the answer must not be. */
  readonly unauthorized: Pick<UnauthorizedMemory, 'awaited'>;
  /** How many attempts are made, at the most, while somebody waits without a valid token. */
  readonly attempts: number;
}

/** The longest pause within a flight, in milliseconds. */
export const MAX_PAUSE_MS = 5_000;

/**
 * Asks a source for a token, as often as those who wait for the flight warrant: once in the background, several times
 * for a caller who has nothing else to go on with.
 *
 * Pauses for what holds the next attempt back, and gives up where that takes longer than the flight can wait.
 */
export async function fetchToken(
  parts: FetchingParts,
  flight: Flight<AccessToken>,
): Promise<FetchedToken> {
  const { source, decisions } = parts;
  let pauseMs = pauseBeforeAttempt(parts, flight);
  let requests = 0;
  let failure: TokenRequestError | undefined;
  for (let attempt = 1; ;) {
    if (pauseMs) await flight.pause(pauseMs);
    try {
      const { signal } = flight;
      const token = await source.getToken({
        signal,
        unauthorized: parts.unauthorized.awaited && {
          token: parts.unauthorized.awaited,
        },
      });
      signal.throwIfAborted();
      return { token, attempts: requests + 1 };
    } catch (error) {
      if (error instanceof TokenUnavailableError) {
        const heldMs = failure && pauseBeforeAttempt(parts, flight);
        // What holds back a repetition says less than the failure that made it necessary.
        if (!heldMs) throw failure ?? error;
        pauseMs = heldMs;
        continue;
      }
      if (!(error instanceof TokenRequestError)) throw error;
      requests += error.attempts;
      failure = error.with({ attempts: requests });
      const isLast = attempt >= (flight.isUrgent ? parts.attempts : 1);
      const nextInMs = isLast ? undefined : pauseBeforeAttempt(parts, flight);
      if (nextInMs === undefined) throw failure;
      const { code, status } = error;
      decisions.record({
        type: 'attempt-failed',
        code,
        status,
        attempt,
        nextInMs,
      });
      pauseMs = nextInMs;
      attempt += 1;
    }
  }
}

/** How long to wait for what holds the next attempt back; undefined when the flight cannot wait for it. */
function pauseBeforeAttempt(
  { source, clock }: FetchingParts,
  flight: Flight<AccessToken>,
): number | undefined {
  const hold = source.hold();
  if (!isGrounding(hold)) return 0;
  const pauseMs =
    hold.reason === 'back-off'
      ? Math.min(hold.remainingMs, MAX_PAUSE_MS)
      : hold.remainingMs;
  const isInTime = clock.monotonicNow() + pauseMs < flight.deadlineAtMs;
  return pauseMs <= MAX_PAUSE_MS && isInTime ? pauseMs : undefined;
}
