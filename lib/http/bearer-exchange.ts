import type { AccessToken } from '../token/access-token.js';
import { tokenIfEnabled } from '../token/token-if-enabled.js';
import type {
  GetTokenOptions,
  TokenSource,
  UnauthorizedToken,
} from '../token/token-source.js';

/** One API request, as far as the policy for tokens needs to know it; `Answer` is what its HTTP client returns. */
export interface BearerRequest<Answer> {
  /** The origin that the token is sent to. */
  readonly origin: string;
  readonly minValidityMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it may and can be sent again after a 401. */
  readonly canRepeat: boolean;
  /** Sends it once, without a token where none is wanted. Resolves with the answer whatever its status. */
  send(token: AccessToken | undefined): Promise<Answer>;
  /** Whether the answer is a 401 to the very token that was sent. */
  isUnauthorized(answer: Answer): boolean;
  /** Gives up what was taken for a request that is not sent. */
  abandon(): void;
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
  tokens: TokenSource,
  request: BearerRequest<Answer>,
): Promise<Answer> {
  const { minValidityMs, signal } = request;
  const token = await tokenIfEnabled(tokens, { minValidityMs, signal }).catch(
    (error: unknown) => {
      request.abandon();
      throw error;
    },
  );
  const answer = await request.send(token);
  return token !== undefined && request.isUnauthorized(answer)
    ? sendWithOthers(tokens, request, token, answer)
    : answer;
}

/** Sends a request again after a 401, with one new token after another. */
async function sendWithOthers<Answer>(
  tokens: TokenSource,
  request: BearerRequest<Answer>,
  first: AccessToken,
  unauthorized: Answer,
): Promise<Answer> {
  const { minValidityMs, signal, origin } = request;
  const sent: string[] = [];
  let token = first;
  let answer = unauthorized;
  do {
    sent.push(token.value);
    if (!request.canRepeat || sent.length === MAX_SENDS) {
      // Other callers still need a new token. This answer is final either way.
      tokens.getToken({ unauthorized: { token, origin } }).catch(() => {});
      return answer;
    }
    const kept = request.setAside(answer);
    const asked = {
      unauthorized: { token, origin },
      minValidityMs,
      signal,
    };
    const other = await anotherToken(tokens, asked).catch((error: unknown) => {
      request.discard(kept);
      throw error;
    });
    if (sent.includes(other.value)) return kept;
    request.discard(kept);
    answer = await request.send(other);
    token = other;
  } while (request.isUnauthorized(answer));
  return answer;
}

/** Returns the unauthorized token if no other is available. Rethrows if the caller aborted. */
async function anotherToken(
  tokens: TokenSource,
  asked: GetTokenOptions & { readonly unauthorized: UnauthorizedToken },
): Promise<AccessToken> {
  try {
    return await tokens.getToken(asked);
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    return asked.unauthorized.token;
  }
}
