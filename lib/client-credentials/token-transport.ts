import { TokenRequestError } from '../errors/errors.js';
import { abortableWithLastWord, withDeadline } from '../token/abortable.js';
import { printableUrl } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';

/** One POST to the token endpoint. Holds the secret in clear: never log it. */
export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of the token endpoint, as it arrived. */
export interface TokenResponse {
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Makes one POST and returns the answer, whatever its status. `readTokenResponse` tells what it means.
 *
 * Follows no redirect, since that would send the secret elsewhere; ends the connection when the signal aborts; reads
 * no more than {@link MAX_RESPONSE_BYTES}. Once `overdue` aborts, the body of a failure is not waited for, and the request
 * may end with that reason; by default, that is the signal.
 *
 * @throws {TokenRequestError} when no answer arrived; without any part of the request in it.
 */
export type TokenTransport = (
  request: TokenRequest,
  signal: AbortSignal,
  overdue?: AbortSignal,
) => Promise<TokenResponse>;

/** The largest answer that is read. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Makes one token request and waits a limited time for the answer, which keeps the process alive.
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
  return withDeadline(clock, limitMs, overdue, (signal) =>
    abortableWithLastWord((async () => transport(request, signal))(), signal),
  );
}
