import { TokenRequestError } from '../errors/token-request.error.js';
import { abortable } from '../token/abortable.js';
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
export async function exchangeInTime(
  transport: TokenTransport,
  request: TokenRequest,
  clock: TokenClock,
  limitMs: number,
  signal?: AbortSignal,
): Promise<TokenResponse> {
  const overdue = new AbortController();
  const timer = clock.schedule(limitMs, () => {
    const what = `${printableUrl(request.url)} did not answer`;
    overdue.abort(TokenRequestError.timeout(what, limitMs));
  });
  if (signal === undefined) timer.ref();
  const stop = AbortSignal.any([overdue.signal, ...(signal ? [signal] : [])]);
  const answer = (async () => transport(request, stop))();
  try {
    return await abortable(answer, stop);
  } catch (error) {
    if (error !== overdue.signal.reason) throw error;
    return await lastWord(answer, error);
  } finally {
    timer.cancel();
  }
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
