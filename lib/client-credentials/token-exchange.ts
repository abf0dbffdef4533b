import { TokenRequestError } from '../errors/token-request.error.js';
import { abortable } from '../token/abortable.js';
import { withDeadline } from '../token/deadline.js';
import type { TokenClock } from '../token/token-clock.js';
import { printableUrl } from '../token/printable-url.js';
import type {
  TokenRequest,
  TokenResponse,
  TokenTransport,
} from './token-transport.js';

/**
 * Makes one token request and waits a limited time for the answer. `readTokenResponse` tells what it means.
 *
 * @param signal - ends the wait; without one, the wait keeps the process alive.
 * @throws {TokenRequestError} a transient one, when no answer arrived in time.
 * @throws the signal's reason, once it aborts.
 */
export function exchangeInTime(
  transport: TokenTransport,
  request: TokenRequest,
  clock: TokenClock,
  limitMs: number,
  signal?: AbortSignal,
): Promise<TokenResponse> {
  const overdue = () =>
    TokenRequestError.timeout(
      `${printableUrl(request.url)} did not answer`,
      limitMs,
    );
  return withDeadline({ clock, limitMs, overdue, signal }, async (stop) => {
    const answer = (async () => transport(request, stop))();
    try {
      return await abortable(answer, stop);
    } catch (error) {
      if (error !== stop.reason || error === signal?.reason) throw error;
      return await lastWord(answer, error);
    }
  });
}

/** A failure status counts even if its body never ends: aborted, the transport has one event-loop turn to return it. */
async function lastWord(
  answer: Promise<TokenResponse>,
  reason: unknown,
): Promise<TokenResponse> {
  const moment = new Promise<undefined>((resolve) => {
    setImmediate(resolve, undefined);
  });
  const response = await Promise.race([answer.catch(() => undefined), moment]);
  if (response === undefined) throw reason;
  return response;
}
