import { tracingChannel } from 'node:diagnostics_channel';

import {
  AsposeAuthErrorCode,
  isAsposeAuthError,
  TokenRequestError,
  type TokenRequestFailure,
} from '../errors/errors.js';
import { abortableWithLastWord } from '../token/abortable.js';
import type { TokenClock } from '../token/token-clock.js';
import type { WhoseEvents } from '../token/token-event.js';
import type { AsposeTokenWait } from '../token/wait-channel.js';
import type { TokenExchange } from './attempt-sender.js';

/**
 * The tracing channel of token requests: each message is an {@link AsposeTokenFetch}, the same object from start to end.
 *
 * A request is traced for as long as anybody may wait for it. It belongs to no caller: none of their async contexts is
 * current. A store bound to its `start` is current while the request is made.
 *
 * A subscriber that throws disturbs no token, but Node reports it as an uncaught exception: catch what may fail.
 *
 * @example
 * ```ts
 * subscribe(`tracing:${ASPOSE_FETCH_CHANNEL}:asyncEnd`, (message) => {
 *   const { client, outcome, durationMs } = message as AsposeTokenFetch;
 *   statsd.timing(`aspose.token.${client}.${outcome}`, durationMs);
 * });
 * ```
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
 */
export const ASPOSE_FETCH_CHANNEL = 'nestjs-aspose-auth:fetch';

/** One token request, as {@link ASPOSE_FETCH_CHANNEL} tells of it. It holds no token and no secret. */
export interface AsposeTokenFetch extends WhoseEvents {
  /** The callers that have waited for the token so far. It grows until the end. */
  readonly waits: readonly AsposeTokenWait[];
  /**
   * What came of the request; absent until `error` or `asyncStart`.
   *
   * - `accepted`: a token
   * - `refused`, `throttled`, `ending`, `transient`: a failure, as in {@link TokenRequestError}
   * - `closed`: the app shut down meanwhile
   */
  readonly outcome?: 'accepted' | TokenRequestFailure | 'closed';
  /** From its start, in milliseconds; absent until `error` or `asyncStart`. */
  readonly durationMs?: number;
  /** The HTTP status of a failure; absent where no answer came in time. */
  readonly status?: number;
  /** The code of a failure. */
  readonly code?: AsposeAuthErrorCode;
  /** The failure itself. */
  readonly error?: unknown;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

// Node forgets a channel that nobody holds.
const fetches = tracingChannel(ASPOSE_FETCH_CHANNEL);

/** Makes an exchange tell of each request on {@link ASPOSE_FETCH_CHANNEL}, while anybody has subscribed. */
export function publishedExchange(
  exchange: TokenExchange,
  whose: WhoseEvents,
  clock: TokenClock,
): TokenExchange {
  return (request) => {
    if (!fetches.hasSubscribers) return exchange(request);
    const startedAtMs = clock.monotonicNow();
    const waits = request.demand?.waits ?? [];
    const fetch: Mutable<AsposeTokenFetch> = { ...whose, waits };
    const end = (outcome: Pick<AsposeTokenFetch, 'outcome'>) =>
      Object.assign(fetch, outcome, {
        durationMs: clock.monotonicNow() - startedAtMs,
      });
    let answer!: ReturnType<TokenExchange>;
    const traced = fetches.tracePromise(async () => {
      answer = exchange(request);
      try {
        await abortableWithLastWord(answer, request.overdue);
        end({ outcome: 'accepted' });
      } catch (error) {
        end(outcomeOf(error));
        throw error;
      }
    }, fetch);
    // Who asked for the token gets the failure.
    traced.catch(() => {});
    return answer;
  };
}

function outcomeOf(
  error: unknown,
): Pick<AsposeTokenFetch, 'outcome' | 'status' | 'code'> {
  if (!isAsposeAuthError(error)) return { outcome: 'transient' };
  const { code } = error;
  if (code === AsposeAuthErrorCode.SHUT_DOWN)
    return { outcome: 'closed', code };
  if (!(error instanceof TokenRequestError))
    return { outcome: 'transient', code };
  const { failure: outcome, status } = error;
  return { outcome, code, ...(status === undefined ? {} : { status }) };
}
