import { TokenRequestError } from '../errors/token-request.error.js';
import { abortableWithLastWord } from '../token/abortable.js';
import type { TokenClock } from '../token/token-clock.js';
import { printableUrl } from '../token/printable-url.js';
import {
  type TokenRequest,
  type TokenResponse,
  type TokenTransport,
} from './token-request.js';

/**
 * Makes one token request and waits a limited time for the answer; this keeps the process alive.
 *
 * @throws {TokenRequestError} a transient one, when no answer arrived in time.
 */
export async function exchangeInTime(
  transport: TokenTransport,
  request: TokenRequest,
  clock: TokenClock,
  limitMs: number,
): Promise<TokenResponse> {
  const overdue = new AbortController();
  const timer = clock.schedule(limitMs, () => {
    const what = `${printableUrl(request.url)} did not answer`;
    overdue.abort(TokenRequestError.timeout(what, limitMs));
  });
  timer.ref();
  const answer = (async () => transport(request, overdue.signal))();
  try {
    return await abortableWithLastWord(answer, overdue.signal);
  } finally {
    timer.cancel();
  }
}
