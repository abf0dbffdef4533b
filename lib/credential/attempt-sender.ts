import {
  type AsposeAuthError,
  TokenRequestError,
  type TokenRequestFailure,
} from '../errors/errors.js';
import { abortable, abortableWithLastWord } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import { printableUrl } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';
import { heldBack } from '../token/token-hold.js';
import type { UnauthorizedToken } from '../token/token-source.js';
import { type AttemptNote, LATE_ANSWER_MS } from './attempt.js';
import { drawPauseMs, type RetrySettings } from './back-off.js';
import type { ClientCredentials } from './client-credentials.js';
import type { CredentialRecord } from './credential-record.js';

/** What is asked of a {@link TokenExchange}. */
export interface ExchangeRequest {
  readonly pair: ClientCredentials;
  /** The token that the new one is to replace. */
  readonly unauthorized: UnauthorizedToken | undefined;
  /** Aborts when callers stop waiting. From then on the body of a failure is not waited for. */
  readonly overdue: AbortSignal;
  /** Ends the exchange. */
  readonly signal: AbortSignal;
}

/**
 * Exchanges a pair for a token once, however long that takes. The layers below the credential have this form.
 *
 * @throws {TokenRequestError} when there is no usable token.
 */
export type TokenExchange = (request: ExchangeRequest) => Promise<AccessToken>;

/** What an {@link AttemptSender} works with. */
export interface AttemptSenderParts {
  readonly exchange: TokenExchange;
  /** The token endpoint's URL. */
  readonly url: string;
  readonly clock: TokenClock;
  readonly retry: RetrySettings;
  /** How long callers wait for one attempt, in milliseconds. */
  readonly attemptMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What an attempt may take after its time is up, in milliseconds. */
const LEASE_TO_SPARE_MS = 1_000;

/** What a caller wants of an attempt. */
type Asked = Pick<ExchangeRequest, 'pair' | 'unauthorized'>;

/**
 * Makes attempts and enters what comes of them, before anybody is told.
 *
 * Callers wait for `attemptMs`. What arrives until 30 s after the attempt was sent is still heard: a refusal holds the pair,
 * a token is offered to all who use the credential. This keeps no process alive.
 */
export class AttemptSender {
  readonly #parts: AttemptSenderParts;
  /** Each ends an attempt that somebody waits for or listens to. */
  readonly #ends = new Set<(reason: AsposeAuthError) => void>();
  #isClosed = false;

  constructor(parts: AttemptSenderParts) {
    this.#parts = parts;
  }

  /**
   * Makes an attempt, or joins the one that is under way.
   *
   * @throws {AsposeAuthError} when none is permitted now.
   */
  send(record: CredentialRecord, asked: Asked): Promise<AccessToken> {
    const hold = record.underWay === undefined ? record.barrier : undefined;
    if (hold !== undefined) throw heldBack(hold);
    return record.send(this.#parts.attemptMs + LEASE_TO_SPARE_MS, (attempt) =>
      this.#attempt(record, attempt, asked),
    );
  }

  /** Enters a transient failure and the pause after it. */
  enterFailure(
    record: CredentialRecord,
    attempt: AttemptNote,
    type: 'failed' | 'unanswered',
    failure: AsposeAuthError,
  ): void {
    const { retry, random } = this.#parts;
    const pauseMs = drawPauseMs(retry, record.failuresInARow, random());
    record.settle(attempt, { type, pauseMs }, failure);
  }

  /** Ends every attempt, also those that callers no longer wait for. */
  close(reason: AsposeAuthError): void {
    this.#isClosed = true;
    for (const end of this.#ends) end(reason);
  }

  async #attempt(
    record: CredentialRecord,
    attempt: AttemptNote,
    asked: Asked,
  ): Promise<AccessToken> {
    const { exchange, url, clock, attemptMs } = this.#parts;
    const wait = new AbortController();
    const listening = new AbortController();
    const [overdue, signal] = [wait.signal, listening.signal];
    const limit = clock.schedule(attemptMs, () => {
      const what = `${printableUrl(url)} did not answer`;
      wait.abort(TokenRequestError.timeout(what, attemptMs));
    });
    const answer = abortable(
      heard(record, attempt, exchange({ ...asked, overdue, signal })).catch(
        // The endpoint may have made anything of an attempt that was cut off here: nothing is known until the end.
        (error: unknown) =>
          error === overdue.reason
            ? new Promise<AccessToken>(() => {})
            : Promise.reject(error),
      ),
      signal,
    );
    const end = (reason: AsposeAuthError) => {
      wait.abort(reason);
      listening.abort(reason);
    };
    this.#ends.add(end);
    const forget = () => void this.#ends.delete(end);
    answer.then(forget, forget);
    try {
      return await abortableWithLastWord(answer, overdue);
    } catch (error) {
      if (error === overdue.reason) {
        if (this.#isClosed) record.settle(attempt, { type: 'unanswered' });
        else this.enterFailure(record, attempt, 'unanswered', overdue.reason);
        this.#listen(record, attempt, answer, listening);
      } else if (!(error instanceof TokenRequestError))
        record.settle(attempt, { type: 'silent' });
      else if (!isVerdict(error))
        this.enterFailure(record, attempt, 'failed', error);
      throw error;
    } finally {
      limit.cancel();
    }
  }

  /** Listens for a late answer. A late transient failure does not tell what the endpoint made of the attempt. */
  #listen(
    record: CredentialRecord,
    attempt: AttemptNote,
    answer: Promise<AccessToken>,
    listening: AbortController,
  ): void {
    const { clock, attemptMs } = this.#parts;
    const limitMs = LATE_ANSWER_MS - attemptMs;
    const limit = clock.schedule(limitMs, () => listening.abort());
    answer
      .catch((error: unknown) => {
        if (!isVerdict(error) && !this.#isClosed)
          record.settle(attempt, { type: 'silent' });
      })
      .finally(() => limit.cancel());
  }
}

/** Enters what the endpoint says of the pair, whenever it does. */
async function heard(
  record: CredentialRecord,
  attempt: AttemptNote,
  answer: Promise<AccessToken>,
): Promise<AccessToken> {
  try {
    const token = await answer;
    record.settle(attempt, { type: 'accepted' });
    record.budget.paceFor(token.lifetimeMs);
    record.offer(token);
    return token;
  } catch (error) {
    if (isVerdict(error)) {
      const { failure: type, retryAfterMs } = error;
      record.settle(attempt, { type, retryAfterMs }, error);
    }
    throw error;
  }
}

/** Whether the endpoint spoke of the pair: by a refusal, by a limit, or by a token that comes too late to be used. */
function isVerdict(error: unknown): error is TokenRequestError & {
  failure: Exclude<TokenRequestFailure, 'transient'>;
} {
  return error instanceof TokenRequestError && error.failure !== 'transient';
}
