import { onAbort } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';
import type { TakenBody } from './body/taken-body.js';
import type { AsposeRequestOptions } from './request-options.js';

/** The part of a request that the token policy needs; `Answer` is what its HTTP client returns. */
export interface BearerRequest<Answer> {
  /** The origin that the token is sent to. */
  readonly origin: string;
  readonly aspose: AsposeRequestOptions;
  readonly body: Omit<TakenBody, 'release'>;
  /** Its caller's. */
  readonly signal?: AbortSignal | undefined;
  /** Sends it once, without a token if undefined. Resolves with the answer whatever its status. */
  send(token: AccessToken | undefined): Promise<Answer>;
  /** Whether the answer is a 401 to the very token that was sent. */
  isUnauthorized(answer: Answer): boolean;
  /** Frees the connection of an answer that may still be needed. */
  setAside(answer: Answer): Answer;
  /** Drops an answer for good. */
  discard(answer: Answer): void;
}

const MAX_SENDS = 3;

/**
 * Sends a request with a token and, when the token is unauthorized, again with another.
 *
 * Never twice with the same token and at most three times. Where no other token is available, the 401 itself is the
 * answer. With `auth: 'none'` it sends the request without a token.
 */
export async function exchangeWithToken<Answer>(
  source: TokenSource,
  request: BearerRequest<Answer>,
): Promise<Answer> {
  const tokens = source.pin();
  const { signal, forget } = eitherSignal(request.signal, request.body.failure);
  try {
    return await exchangeUntil(signal, tokens, request);
  } finally {
    forget();
  }
}

async function exchangeUntil<Answer>(
  signal: AbortSignal | undefined,
  tokens: TokenSource,
  request: BearerRequest<Answer>,
): Promise<Answer> {
  const { origin, body, aspose } = request;
  const { minValidityMs, retryUnauthorized } = aspose;
  const canRepeat = body.isReplayable && retryUnauthorized !== false;
  const sent: string[] = [];
  let token = tokens.isDisabled
    ? undefined
    : await tokens
        .getToken({ minValidityMs, signal })
        .catch((error: unknown) => {
          body.letGo();
          throw error;
        });
  for (;;) {
    const answer = await request.send(token);
    if (token === undefined || !request.isUnauthorized(answer)) return answer;
    sent.push(token.value);
    const unauthorized = { token, origin };
    if (!canRepeat || sent.length === MAX_SENDS) {
      // Other callers still need a new token. This answer is final either way.
      tokens.getToken({ unauthorized }).catch(() => {});
      return answer;
    }
    const kept = request.setAside(answer);
    token = await tokens
      .getToken({ unauthorized, minValidityMs, signal })
      .catch((error: unknown) => {
        if (!signal?.aborted) return unauthorized.token;
        request.discard(kept);
        throw error;
      });
    if (sent.includes(token.value)) return kept;
    request.discard(kept);
  }
}

/**
 * A signal that aborts with either of two, until it is forgotten.
 *
 * Not by `AbortSignal.any`: on Node 20 that leaves an entry on both, and a caller's may live as long as the app.
 */
function eitherSignal(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): { readonly signal: AbortSignal | undefined; readonly forget: () => void } {
  if (!one || !other) return { signal: one ?? other, forget() {} };
  const either = new AbortController();
  const forgets = [one, other].map((signal) => {
    const abort = () => either.abort(signal.reason);
    if (signal.aborted) abort();
    return onAbort(signal, abort);
  });
  return {
    signal: either.signal,
    forget: () => forgets.forEach((forget) => forget()),
  };
}
