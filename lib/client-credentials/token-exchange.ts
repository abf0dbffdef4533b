import { TokenRequestError } from '../errors/token-request.error.js';
import { abortable } from '../token/abortable.js';
import { withDeadline } from '../token/deadline.js';
import type { TokenClock } from '../token/token-clock.js';
import { printableUrl } from '../token/printable-url.js';
import {
  type TokenRequest,
  type TokenResponse,
  type TokenTransport,
} from './token-request.js';

/**
 * Makes one token request, but waits no longer than a limit for the answer.
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

/** A refusal is one although its body never ends: once time is up, it has a moment to be told by its status. */
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
