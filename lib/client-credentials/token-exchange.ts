import { TokenRequestError } from '../errors/errors.js';
import { abortableWithLastWord } from '../token/abortable.js';
import { withDeadline } from '../token/deadline.js';
import type { TokenClock } from '../token/token-clock.js';
import { printableUrl } from '../token/printable-url.js';
import type {
  TokenRequest,
  TokenResponse,
  TokenTransport,
} from './token-transport.js';

/**
 * Makes one token request and waits a limited time for the answer, which keeps the process alive. `readTokenResponse` tells
 * what the answer means.
 *
 * @throws {TokenRequestError} a transient one, when no answer arrived in time.
 */
export function exchangeInTime(
  transport: TokenTransport,
  request: TokenRequest,
  clock: TokenClock,
  limitMs: number,
): Promise<TokenResponse> {
  const what = `${printableUrl(request.url)} did not answer`;
  const overdue = () => TokenRequestError.timeout(what, limitMs);
  return withDeadline({ clock, limitMs, overdue }, (signal) =>
    abortableWithLastWord((async () => transport(request, signal))(), signal),
  );
}
