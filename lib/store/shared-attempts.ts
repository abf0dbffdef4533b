import { randomUUID } from 'node:crypto';

import { type AttemptNote, wasRefused } from '../credential/attempt.js';
import { note, settle, waiveHolds } from '../credential/attempt-log.js';
import type { AttemptSender, OnOutcome } from '../credential/attempt-sender.js';
import {
  type AttemptRequest,
  type Attempts,
  FetchedElsewhere,
} from '../credential/attempts.js';
import type { ClientCredentials } from '../credential/client-credentials.js';
import type {
  CredentialRecord,
  RecordView,
} from '../credential/credential-record.js';
import {
  type AsposeAuthError,
  TokenUnavailableError,
} from '../errors/errors.js';
import { sleep } from '../token/abortable.js';
import type { AccessToken, SharedLife } from '../token/access-token.js';
import type { TokenEvent } from '../token/token-event.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import {
  CLOSED,
  heldBack,
  longestHold,
  type TokenHold,
} from '../token/token-hold.js';
import {
  effectiveMinimumMs,
  remainingMs,
  tokenAgeMs,
  tokenState,
} from '../token/token-lifetime.js';
import {
  SharedCredential,
  type SharedCredentialParts,
} from './shared-credential.js';
import { TokenCipher } from './token-cipher.js';

/** What {@link SharedAttempts} work with. */
export interface SharedAttemptsParts extends SharedCredentialParts {
  /** Makes the attempts that are this process' turn. */
  readonly alone: AttemptSender;
  /** The token endpoint's URL. */
  readonly url: string;
}

/** How long to wait between two looks at the store while another process fetches a token, in milliseconds. */
const MIN_POLL_MS = 50;
const MAX_POLL_MS = 250;

/** How often the store is read, at the most, while no attempt may be sent; and while another process fetches a token. */
const READ_AFTER_MS = 1_000;

/** The longest pause of another process that a waiting caller sits out, in milliseconds. */
const MAX_PAUSE_MS = 5_000;

/** The work goes on: there is no token yet, and no reason to give up. */
const NOT_YET = Symbol('not yet');

/**
 * Makes attempts in turn with the other processes that share a store: one at a time, and none while one of them has a token.
 *
 * Where the store does not answer, this process works alone.
 */
export class SharedAttempts implements Attempts {
  readonly #parts: SharedAttemptsParts;
  #current:
    | { readonly record: CredentialRecord; readonly shared: SharedCredential }
    | undefined;
  #elsewhereUntilMs = -Infinity;
  #isClosed = false;
  #lastLearnt: TokenHold['reason'] | undefined;

  constructor({ decisions, ...parts }: SharedAttemptsParts) {
    // An app that shuts down may have closed its store already.
    const record = (event: TokenEvent) =>
      this.#isClosed ? undefined : decisions.record(event);
    this.#parts = { ...parts, decisions: { whose: decisions.whose, record } };
  }

  send(
    record: CredentialRecord,
    request: AttemptRequest,
  ): Promise<AccessToken> {
    return record.join(() => this.#obtain(record, request));
  }

  holds(record: CredentialRecord): readonly TokenHold[] {
    const mayBeLifted =
      this.#parts.access.isOpen &&
      (this.#current?.record !== record ||
        this.#current.shared.readAgoMs >= READ_AFTER_MS);
    const elsewhereMs =
      this.#elsewhereUntilMs - this.#parts.clock.monotonicNow();
    return [
      ...record
        .holds()
        .map((hold) => (mayBeLifted ? { ...hold, mayBeLifted } : hold)),
      ...(elsewhereMs > 0
        ? [{ reason: 'elsewhere', remainingMs: elsewhereMs } as const]
        : []),
    ];
  }

  reset(record: CredentialRecord, pair: ClientCredentials): void {
    // A refusal that comes before the store has heard of the reset is not waived.
    const resetAtMs = this.#parts.clock.monotonicNow();
    record.reset();
    void this.#sharedOf(record, pair).enter((log) =>
      waiveHolds(log, resetAtMs),
    );
  }

  explain(): Pick<TokenExplanation, 'store'> {
    return {
      store: {
        ...this.#parts.access.explain(),
        ...this.#current?.shared.explain(),
      },
    };
  }

  get isListening(): boolean {
    return this.#parts.alone.isListening;
  }

  close(reason: AsposeAuthError): void {
    this.#isClosed = true;
    this.#parts.alone.close(reason);
  }

  /** Looks for a token in the store, and fetches one when it is this process' turn. */
  async #obtain(
    record: CredentialRecord,
    request: AttemptRequest,
  ): Promise<AccessToken> {
    const { access, clock, random } = this.#parts;
    const { demand, newerThan, signal } = request;
    const shared = this.#sharedOf(record, request.pair);
    if (newerThan === undefined) await access.awaitConnection(signal);
    for (let pollMs = MIN_POLL_MS; ; pollMs *= 2) {
      const token = await this.#look(shared, record, request);
      if (token !== NOT_YET) {
        record.offer(token);
        this.#lastLearnt = undefined;
        return token;
      }
      if (demand?.isAwaited !== true) {
        this.#elsewhereUntilMs = clock.monotonicNow() + READ_AFTER_MS;
        throw new FetchedElsewhere();
      }
      const limitMs = Math.min(pollMs, MAX_POLL_MS);
      await sleep(clock, limitMs * (0.5 + random() / 2), signal);
    }
  }

  async #look(
    shared: SharedCredential,
    record: CredentialRecord,
    request: AttemptRequest,
  ): Promise<AccessToken | typeof NOT_YET> {
    const reading = await shared.read();
    if (reading === undefined) return this.#alone(shared, record, request);
    if (this.#isWanted(reading.token, request)) return reading.token;
    if (this.#isPaused(record, request)) return NOT_YET;
    const { leaseMs } = this.#parts.alone;
    const owner = randomUUID();
    const lock = await shared.tryLock(owner, leaseMs);
    if (lock === 'taken') return NOT_YET;
    if (lock === undefined) return this.#alone(shared, record, request);
    try {
      return await this.#locked(shared, record, request, lock.untilMs);
    } finally {
      const returned = shared.unlock(owner);
      // An app that shuts down ends its process as soon as its attempts are over.
      if (this.#isClosed) await returned;
    }
  }

  /** Another process may have had the lock since the store was read. */
  async #locked(
    shared: SharedCredential,
    record: CredentialRecord,
    request: AttemptRequest,
    untilMs: number,
  ): Promise<AccessToken | typeof NOT_YET> {
    const { alone, clock } = this.#parts;
    const reading = await shared.read();
    if (reading === undefined) return this.#alone(shared, record, request);
    if (this.#isWanted(reading.token, request)) return reading.token;
    if (this.#isPaused(record, request, { hasLock: true })) return NOT_YET;
    const attempt = record.begin(alone.leaseMs);
    await shared.enter((log) => note(log, attempt));
    const tell = this.#tell(shared, attempt, request, reading.tokenText);
    // A process that stood still has no lock any more, and must not send what another one is sending.
    if (this.#isClosed || clock.monotonicNow() >= untilMs) {
      record.settle(attempt, UNSENT);
      await tell(UNSENT);
      return NOT_YET;
    }
    return alone.make(record, attempt, request, tell);
  }

  /** Without the store. What comes of it is told to the store nevertheless: it may be there again. */
  async #alone(
    shared: SharedCredential,
    record: CredentialRecord,
    request: AttemptRequest,
  ): Promise<AccessToken | typeof NOT_YET> {
    const { alone } = this.#parts;
    if (this.#isPaused(record, request)) return NOT_YET;
    const attempt = record.begin(alone.leaseMs);
    const tell = this.#tell(shared, attempt, request, undefined);
    return alone.make(record, attempt, request, tell);
  }

  /** Tells the store what came of an attempt. */
  #tell(
    shared: SharedCredential,
    attempt: AttemptNote,
    { unauthorized }: AttemptRequest,
    replaces: string | undefined,
  ): OnOutcome {
    const { clock } = this.#parts;
    return async (outcome, token) => {
      const heardAt = clock.monotonicNow();
      const told =
        token &&
        (await shared.writeToken(token, replaces, renewedFor(unauthorized)));
      await shared.enter((log) => settle(log, attempt, outcome, heardAt));
      return told;
    };
  }

  /**
   * Whether the caller has to wait a little longer.
   *
   * @throws {TokenUnavailableError} when no attempt may be sent for longer than that, or nobody waits.
   * @throws {AsposeAuthError} when the app shut down meanwhile.
   */
  #isPaused(
    record: CredentialRecord,
    { demand, hasPaused, mayHaveAnother }: AttemptRequest,
    view: Pick<RecordView, 'hasLock'> = {},
  ): boolean {
    if (this.#isClosed) throw heldBack(CLOSED);
    const { log } = record;
    // The layer above sits out the pauses that follow its own attempts.
    const isOver =
      hasPaused && log.transient && record.owns(log.transient.after);
    const hold =
      longestHold(
        record.holds({
          ...view,
          log: isOver ? { ...log, transient: null } : log,
        }),
      ) ?? (mayHaveAnother && wasRefused(log) ? REFUSED_BEFORE : undefined);
    if (hold === undefined) return false;
    if (
      demand?.isAwaited === true &&
      hold.remainingMs <= MAX_PAUSE_MS &&
      hold.reason !== 'refused' &&
      hold.reason !== 'throttled'
    )
      return true;
    throw heldBack(this.#learnt(hold));
  }

  /** Adds a cause to a hold that another process learnt from the token endpoint, and reports the hold once. */
  #learnt(hold: TokenHold): TokenHold {
    const { reason, remainingMs } = hold;
    if (hold.cause !== undefined || reason === 'budget') return hold;
    if (this.#lastLearnt !== reason)
      this.#parts.decisions.record({
        type: 'hold-learnt',
        reason,
        remainingMs,
      });
    this.#lastLearnt = reason;
    const message =
      reason === 'refused'
        ? 'the credentials were refused to another process, and Aspose bans those that are tried too often. Check clientId and clientSecret, tokenEndpoint and baseUrl.'
        : 'The token endpoint said so to another process.';
    return { ...hold, cause: new TokenUnavailableError(message, {}) };
  }

  #isWanted(
    token: AccessToken | undefined,
    { newerThan, unauthorized, demand }: AttemptRequest,
  ): token is AccessToken {
    const { clock, refresh } = this.#parts;
    if (token === undefined) return false;
    const ageMs = tokenAgeMs(token, clock);
    return (
      token.value !== unauthorized?.token.value &&
      token.value !== newerThan?.value &&
      token.issuedAt.monotonicMs >
        (newerThan?.issuedAt.monotonicMs ?? -Infinity) &&
      tokenState(token, ageMs, refresh.safetyMs) !== 'expired' &&
      remainingMs(token, clock) >=
        effectiveMinimumMs(demand?.minValidityMs ?? 0, token)
    );
  }

  #sharedOf(
    record: CredentialRecord,
    pair: ClientCredentials,
  ): SharedCredential {
    if (this.#current?.record !== record) {
      const { url, access } = this.#parts;
      const cipher = new TokenCipher(url, pair, access.encryptionKeys);
      const shared = new SharedCredential(record, cipher, this.#parts);
      this.#current = { record, shared };
    }
    return this.#current.shared;
  }
}

/** Its hold is over, but before the pair is used again another one is looked up. */
const REFUSED_BEFORE = { reason: 'refused', remainingMs: 0 } as const;

/** Nothing was sent. */
const UNSENT = { type: 'failed' } as const;

function renewedFor(
  unauthorized: AttemptRequest['unauthorized'],
): SharedLife['renewedFor'] {
  if (unauthorized === undefined) return undefined;
  const { origin = '', useless = 0 } = unauthorized;
  return { origin, useless };
}
