import { isAsposeAuthError, TokenRequestError } from '../errors/errors.js';
import type { TokenEvent } from '../token/token-event.js';
import type { TokenHold } from '../token/token-hold.js';
import type { FetchedToken } from './token-attempts.js';

/**
 * What is told of a flight that brought a token.
 *
 * @param replacedWithMs - how much longer the token before would have been valid; undefined if none was.
 */
export function landedEvent(
  { token, attempts }: FetchedToken,
  durationMs: number,
  replacedWithMs: number | undefined,
): TokenEvent {
  const fetched = {
    token: token.fingerprint,
    lifetimeMs: token.lifetimeMs,
    durationMs,
    attempts,
  };
  return replacedWithMs === undefined
    ? { type: 'fetched', ...fetched }
    : { type: 'refreshed', ...fetched, replacedWithMs };
}

/** What is told of a flight that failed. */
export function failedEvent(
  error: unknown,
  durationMs: number,
  runwayMs: number,
  hold: TokenHold | undefined,
): TokenEvent {
  const isAnswer = error instanceof TokenRequestError;
  return {
    type: 'refresh-failed',
    code: isAsposeAuthError(error) ? error.code : undefined,
    status: isAnswer ? error.status : undefined,
    attempts: isAnswer ? error.attempts : 0,
    message: error instanceof Error ? error.message : printed(error),
    durationMs,
    runwayMs,
    hold: hold?.reason,
    retryAfterMs: hold?.remainingMs,
  };
}

/** Not every value has a text. */
function printed(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `not an error: ${typeof thrown}`;
}
