import { type AsposeAuthError, TokenRequestError } from '../errors/errors.js';
import { abortable, abortableWithLastWord } from '../token/abortable.js';
import type { AccessToken } from '../token/access-token.js';
import { printableUrl } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';
import { heldBack, type TokenHold } from '../token/token-hold.js';
import type { LayerRequest } from '../token/token-layer.js';
import { type AttemptNote, LATE_ANSWER_MS } from './attempt.js';
import type { AttemptOutcome } from './attempt-log.js';
import type { AttemptRequest, Attempts } from './attempts.js';
import { drawPauseMs, type RetrySettings } from './back-off.js';
import type { ClientCredentials } from './client-credentials.js';
import type { CredentialRecord } from './credential-record.js';

/** What is asked of a {@link TokenExchange}. */
export interface ExchangeRequest {
  readonly pair: ClientCredentials;
  /** The token that the new one is to replace. */
  readonly unauthorized: LayerRequest['unauthorized'];
  /** What those who wait for the token need. */
  readonly demand?: LayerRequest['demand'];
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

/** Is called with an outcome once the record has it, and may bring another token in place of a new one. */
export type OnOutcome = (
  outcome: AttemptOutcome,
  token?: AccessToken,
) => Promise<AccessToken | undefined>;

const TELL_NOBODY: OnOutcome = (_, token) => Promise.resolve(token);

/** What an attempt may take after its time is up, in milliseconds. */
const LEASE_TO_SPARE_MS = 1_000;

/**
 * Makes attempts and enters what comes of them, before anybody is told.
 *
 * Callers wait for `attemptMs`. What arrives until 30 s after the attempt was sent is still heard: a refusal holds the pair,
 * a token is offered to all who use the credential. This keeps no process alive.
 */
export class AttemptSender implements Attempts {
  readonly #parts: AttemptSenderParts;
  /** Each ends an attempt that somebody waits for or listens to. */
  readonly #ends = new Set<(reason: AsposeAuthError) => void>();
  #isClosed = false;

  constructor(parts: AttemptSenderParts) {
    this.#parts = parts;
  }

  /** How long an attempt takes at the most, with time to spare for telling its outcome, in milliseconds. */
  get leaseMs(): number {
    return this.#parts.attemptMs + LEASE_TO_SPARE_MS;
  }

  send(
    record: CredentialRecord,
    request: AttemptRequest,
  ): Promise<AccessToken> {
    const hold = record.underWay === undefined ? record.barrier() : undefined;
    if (hold !== undefined) throw heldBack(hold);
    return record.join(() =>
      this.make(record, record.begin(this.leaseMs), request),
    );
  }

  holds(record: CredentialRecord): readonly TokenHold[] {
    return record.holds();
  }

  explain(): object {
    return {};
  }

  reset(record: CredentialRecord): void {
    record.reset();
  }

  get isListening(): boolean {
    return this.#ends.size > 0;
  }

  close(reason: AsposeAuthError): void {
    this.#isClosed = true;
    for (const end of this.#ends) end(reason);
  }

  /**
   * Makes an attempt that has been noted.
   *
   * @param onOutcome - is waited for before anybody is told.
   */
  async make(
    record: CredentialRecord,
    attempt: AttemptNote,
    { pair, unauthorized, demand }: AttemptRequest,
    onOutcome: OnOutcome = TELL_NOBODY,
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
      exchange({ pair, unauthorized, demand, overdue, signal }).catch(
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
    const result = await resultOf(abortableWithLastWord(answer, overdue));
    limit.cancel();
    if ('token' in result)
      return this.#enterToken(record, attempt, result.token, onOutcome);
    const { error } = result;
    if (error === overdue.reason)
      void this.#listen(record, attempt, answer, listening, onOutcome);
    await this.#enterFailure(
      record,
      attempt,
      error === overdue.reason
        ? this.#paused('unanswered', record)
        : (verdictOf(error) ?? this.#failed(record, error)),
      error,
      onOutcome,
    );
    throw error;
  }

  /** Listens for a late answer. A late transient failure does not tell what the endpoint made of the attempt. */
  async #listen(
    record: CredentialRecord,
    attempt: AttemptNote,
    answer: Promise<AccessToken>,
    listening: AbortController,
    onOutcome: OnOutcome,
  ): Promise<void> {
    const { clock, attemptMs } = this.#parts;
    const limitMs = LATE_ANSWER_MS - attemptMs;
    const limit = clock.schedule(limitMs, () => listening.abort());
    const result = await resultOf(answer);
    limit.cancel();
    if ('token' in result) {
      await this.#enterToken(record, attempt, result.token, onOutcome);
      return;
    }
    const { error } = result;
    const verdict = verdictOf(error);
    if (verdict !== undefined || !this.#isClosed)
      await this.#enterFailure(
        record,
        attempt,
        verdict ?? SILENT,
        error,
        onOutcome,
      );
  }

  async #enterToken(
    record: CredentialRecord,
    attempt: AttemptNote,
    token: AccessToken,
    onOutcome: OnOutcome,
  ): Promise<AccessToken> {
    record.settle(attempt, ACCEPTED);
    record.budget.paceFor(token.lifetimeMs);
    const told = (await onOutcome(ACCEPTED, token)) ?? token;
    record.offer(told);
    return told;
  }

  async #enterFailure(
    record: CredentialRecord,
    attempt: AttemptNote,
    outcome: AttemptOutcome,
    error: unknown,
    onOutcome: OnOutcome,
  ): Promise<void> {
    const cause = error instanceof TokenRequestError ? error : undefined;
    record.settle(attempt, outcome, cause);
    await onOutcome(outcome);
  }

  /** What is not an answer, such as an error in the app's own transport, tells nothing of the attempt. */
  #failed(record: CredentialRecord, error: unknown): AttemptOutcome {
    return error instanceof TokenRequestError
      ? this.#paused('failed', record)
      : SILENT;
  }

  #paused(
    type: 'failed' | 'unanswered',
    record: CredentialRecord,
  ): AttemptOutcome {
    if (type === 'unanswered' && this.#isClosed) return { type };
    const { retry, random } = this.#parts;
    const pauseMs = drawPauseMs(retry, record.failuresInARow, random());
    return { type, pauseMs };
  }
}

const ACCEPTED: AttemptOutcome = { type: 'accepted' };
const SILENT: AttemptOutcome = { type: 'silent' };

async function resultOf(
  answer: Promise<AccessToken>,
): Promise<{ readonly token: AccessToken } | { readonly error: unknown }> {
  try {
    return { token: await answer };
  } catch (error) {
    return { error };
  }
}

/** What the endpoint says of the pair: a refusal, a limit, or a token that comes too late to be used. */
function verdictOf(error: unknown): AttemptOutcome | undefined {
  if (!(error instanceof TokenRequestError)) return undefined;
  const { failure: type, retryAfterMs } = error;
  return type === 'transient' ? undefined : { type, retryAfterMs };
}
