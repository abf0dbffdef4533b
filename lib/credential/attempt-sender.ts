import type { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { TokenRequestError } from '../errors/token-request.error.js';
import { abortable, abortableWithLastWord } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import { printableUrl } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';
import type { UnauthorizedToken } from '../token/token-source.js';
import { type AttemptNote, LATE_ANSWER_MS } from './attempt.js';
import type { AttemptOutcome } from './attempt-log.js';
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

/** What ends an attempt: the wait for it, and the exchange itself. */
interface Ends {
  readonly overdue: AbortController;
  readonly exchange: AbortController;
}

/**
 * Makes attempts and enters what comes of them, before anybody is told.
 *
 * Callers wait for `attemptMs`. What arrives until 30 s after the attempt was sent is still heard: a refusal holds the pair,
 * a token is offered to all who use the credential. This keeps no process alive.
 */
export class AttemptSender {
  readonly #parts: AttemptSenderParts;
  readonly #unended = new Set<Ends>();
  #isClosed = false;

  constructor(parts: AttemptSenderParts) {
    this.#parts = parts;
  }

  /** Makes an attempt, or joins the one that is under way. */
  send(
    record: CredentialRecord,
    asked: Pick<ExchangeRequest, 'pair' | 'unauthorized'>,
  ): Promise<AccessToken> {
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
    for (const { overdue, exchange } of this.#unended) {
      overdue.abort(reason);
      exchange.abort(reason);
    }
  }

  async #attempt(
    record: CredentialRecord,
    attempt: AttemptNote,
    asked: Pick<ExchangeRequest, 'pair' | 'unauthorized'>,
  ): Promise<AccessToken> {
    const { url, clock, attemptMs } = this.#parts;
    const ends = {
      overdue: new AbortController(),
      exchange: new AbortController(),
    };
    const overdue = ends.overdue.signal;
    const limit = clock.schedule(attemptMs, () => {
      const what = `${printableUrl(url)} did not answer`;
      ends.overdue.abort(TokenRequestError.timeout(what, attemptMs));
    });
    const { signal } = ends.exchange;
    const answer = abortable(
      heard(
        record,
        attempt,
        this.#parts.exchange({ ...asked, overdue, signal }),
      ),
      signal,
    );
    this.#unended.add(ends);
    const forget = () => void this.#unended.delete(ends);
    answer.then(forget, forget);
    try {
      return await abortableWithLastWord(answer, overdue);
    } catch (error) {
      if (error === overdue.reason) {
        this.enterFailure(record, attempt, 'unanswered', overdue.reason);
        this.#listen(record, attempt, answer, ends.exchange);
      } else if (!(error instanceof TokenRequestError))
        record.settle(attempt, { type: 'silent' });
      else if (verdictOf(error) === undefined)
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
    exchange: AbortController,
  ): void {
    const { clock, attemptMs } = this.#parts;
    const end = clock.schedule(LATE_ANSWER_MS - attemptMs, () =>
      exchange.abort(),
    );
    answer
      .catch((error: unknown) => {
        if (verdictOf(error) === undefined && !this.#isClosed)
          record.settle(attempt, { type: 'silent' });
      })
      .finally(() => end.cancel());
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
    const verdict = verdictOf(error);
    if (verdict !== undefined)
      record.settle(attempt, verdict.outcome, verdict.failure);
    throw error;
  }
}

function verdictOf(
  error: unknown,
): { outcome: AttemptOutcome; failure: TokenRequestError } | undefined {
  if (!(error instanceof TokenRequestError) || error.failure === 'transient')
    return undefined;
  const { failure: type, retryAfterMs } = error;
  return { outcome: { type, retryAfterMs }, failure: error };
}
