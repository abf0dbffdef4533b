import { AsposeAuthErrorCode } from '../errors/errors.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { ExplainedHold } from '../token/token-hold.js';
import type { HealthSettings } from './aspose-health-options.interface.js';

/** The health of a client. It holds no id, no secret and no URL. */
export interface TokenHealth {
  /**
   * - `up`: there is a valid token, or the next call fetches one
   * - `degraded`: renewals fail; calls go on with the token while it lasts, and the next one may try again
   * - `down`: no call can succeed now
   */
  readonly status: 'up' | 'degraded' | 'down';
  /** For how much longer calls could go on if no token could be fetched, in seconds. Absent where tokens are not fetched. */
  readonly runwaySeconds?: number;
  /** For how long no token is asked for, in seconds. */
  readonly holdSeconds?: number;
  /** Why it is not up. */
  readonly reason?: AsposeAuthErrorCode;
}

/** What a hold means where no call of this process has failed itself: another process may have been told. */
const MEANINGS: Partial<Record<ExplainedHold['reason'], AsposeAuthErrorCode>> =
  {
    refused: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    throttled: AsposeAuthErrorCode.THROTTLED,
    closed: AsposeAuthErrorCode.SHUT_DOWN,
  };

/**
 * Tells the health of a client from what it knows.
 *
 * A replica that is down gets no requests, and so asks for no token: it would never recover. That is why it is down for as
 * long as something holds token requests back, and no longer.
 */
export function healthOf(
  { token, hold, failure, isRefreshing }: TokenExplanation,
  { failWithoutToken, runwayMs }: HealthSettings,
): TokenHealth {
  // A static token, none at all, a stand-in, or the tokens of tenants where none is current.
  if (isRefreshing === undefined) return { status: 'up' };
  const meaning = hold && MEANINGS[hold.reason];
  const isFailing = failure !== undefined || meaning !== undefined;
  const leftMs = token?.runwayMs ?? 0;
  const hasToken = leftMs > (isFailing ? runwayMs : 0);
  const isHopeless = hold?.reason === 'refused' || hold?.reason === 'closed';
  const isWanting = isFailing ? hold !== undefined : token === undefined;
  const isDown = !hasToken && (isHopeless || (failWithoutToken && isWanting));
  const status = isDown ? 'down' : isFailing ? 'degraded' : 'up';
  const reason =
    meaning ?? failure?.code ?? AsposeAuthErrorCode.TOKEN_UNAVAILABLE;
  return {
    status,
    runwaySeconds: Math.floor(leftMs / 1_000),
    ...(hold !== undefined && Number.isFinite(hold.remainingMs)
      ? { holdSeconds: Math.ceil(hold.remainingMs / 1_000) }
      : {}),
    ...(status === 'up' ? {} : { reason }),
  };
}
