import { BAN_MS, isBan, ladderHoldMs } from './aspose-ban.js';
import {
  type Attempt,
  type AttemptNote,
  attemptsHoldUntil,
  countsFrom,
  isRefused,
  isSince,
  ladderOf,
  type LogReader,
  SOLE_READER,
} from './attempt.js';

/** A pause, and how many there were in a row. */
export interface Pause {
  readonly count: number;
  readonly until: number;
  /** The id of the attempt that it follows. */
  readonly after: string;
}

/** What is remembered of a credential. Plain data, by one clock: JSON gives it back as it was. */
export interface AttemptLog {
  /** Eight attempts that may count, and the newest refusal. */
  readonly attempts: readonly Attempt[];
  /** When the newest accepted attempt was noted or the holds were waived; null for never. */
  readonly acceptedAt: number | null;
  /** The pause that the endpoint asked for. */
  readonly throttled:
    (Pause & { readonly isBan: boolean; readonly heardAt: number }) | null;
  /** The pause after failures that say nothing about the pair, or until the token that was handed out has ended. */
  readonly transient: (Pause & { readonly isEnding?: boolean }) | null;
}

/** The log of a credential that was never used. */
export const NO_ATTEMPTS: AttemptLog = {
  attempts: [],
  acceptedAt: null,
  throttled: null,
  transient: null,
};

/**
 * What came of an attempt. `pauseMs` comes from `drawPauseMs`; there is no pause where the sender shut down.
 *
 * `ending`: the pair was accepted, and the token is in its last second.
 *
 * An attempt that was `unanswered` for 30 s is `silent`. This has to be entered in a log that others share: to them, the
 * process may have been killed and its attempt refused.
 */
export type AttemptOutcome =
  | { readonly type: 'accepted' | 'ending' | 'refused' | 'silent' }
  | { readonly type: 'throttled'; readonly retryAfterMs?: number | undefined }
  | { readonly type: 'failed' | 'unanswered'; readonly pauseMs?: number };

/** Until when a pair is held back, for each reason that holds it now. */
export type HeldUntil = {
  readonly [reason in 'refused' | 'throttled' | 'ending' | 'back-off']?: number;
};

const KEPT_ATTEMPTS = 8;
/** A lifetime in whole seconds is 0 for so long. */
const LAST_SECOND_MS = 1_000;
const MAX_LAST_SECOND_MS = 30_000;
const MIN_THROTTLE_MS = 1_000;
const MAX_AHEAD_MS = 15 * 60_000;
/** Told by another clock, a moment is off by the time that the clock was asked for. */
const SAME_MOMENT_MS = 1_000;

/** Adds an attempt. Call this before the attempt is sent. */
export function note(log: AttemptLog, attempt: AttemptNote): AttemptLog {
  const before = live(log, attempt.at);
  return {
    ...before,
    attempts: kept([
      ...before.attempts,
      { ...attempt, state: 'open', heardAt: null },
    ]),
  };
}

/**
 * Enters what came of an attempt, even if its note is gone. It goes by id, so it may be repeated on a newer copy.
 *
 * A refusal, a throttling or a token that comes late settles an unanswered attempt. Do not enter a late failure: it
 * does not tell what the endpoint made of the attempt.
 *
 * @param heardAt - when the outcome was heard.
 */
export function settle(
  log: AttemptLog,
  attempt: AttemptNote,
  outcome: AttemptOutcome,
  heardAt: number,
): AttemptLog {
  const before = live(log, heardAt);
  const known = before.attempts.find(({ id }) => id === attempt.id);
  if (known?.state === 'refused') return before;
  const others = before.attempts.filter((other) => other !== known);
  const entered = (state: Attempt['state'], heardAt: number | null) =>
    kept([...others, { ...attempt, state, heardAt }]);
  switch (outcome.type) {
    case 'accepted':
    case 'ending':
      // An answer that comes late says nothing of what was heard since its attempt was sent.
      return {
        ...NO_ATTEMPTS,
        attempts: others,
        acceptedAt: Math.max(attempt.at, before.acceptedAt ?? -Infinity),
        throttled:
          (before.throttled?.heardAt ?? -Infinity) > attempt.at
            ? before.throttled
            : null,
        transient:
          outcome.type === 'ending'
            ? untilEnded(before.transient, attempt.id, heardAt)
            : null,
      };
    case 'refused':
      return {
        ...before,
        attempts: entered('refused', heardAt),
        // Of two answers in one millisecond, the refusal came last: it was entered last.
        acceptedAt:
          before.acceptedAt === heardAt ? heardAt - 1 : before.acceptedAt,
      };
    case 'silent':
      return { ...before, attempts: entered('silent', null) };
    case 'throttled':
      return {
        ...before,
        attempts: others,
        throttled: isAfter(before.throttled, attempt)
          ? before.throttled
          : throttledBy(
              before.throttled,
              attempt.id,
              outcome.retryAfterMs,
              heardAt,
            ),
      };
    default:
      return {
        ...before,
        attempts:
          outcome.type === 'failed' ? others : entered('unanswered', null),
        transient:
          outcome.pauseMs === undefined || isAfter(before.transient, attempt)
            ? before.transient
            : {
                count: failuresInARow(before, heardAt) + 1,
                until: heardAt + Math.min(outcome.pauseMs, MAX_AHEAD_MS),
                after: attempt.id,
              },
      };
  }
}

/**
 * Waives what an operator may waive: the ladder, the pauses, and a throttling that is not a ban.
 *
 * The attempts stay, and four of them in ten minutes still hold the pair.
 */
export function waiveHolds(log: AttemptLog, nowMs: number): AttemptLog {
  return {
    attempts: log.attempts,
    acceptedAt: Math.max(nowMs, log.acceptedAt ?? -Infinity),
    throttled: log.throttled?.isBan === true ? log.throttled : null,
    transient: null,
  };
}

/** Adds to a shared log what only this process knows. Both are by the same clock. */
export function merge(
  shared: AttemptLog,
  own: AttemptLog,
  nowMs: number,
): AttemptLog {
  const theirs = live(shared, nowMs);
  const ours = live(own, nowMs);
  const refused = [...ours.attempts, ...theirs.attempts].filter(isRefused);
  const byId = new Map(
    [...theirs.attempts, ...refused].map((attempt) => [attempt.id, attempt]),
  );
  return {
    attempts: kept([...byId.values()]),
    acceptedAt: later(theirs.acceptedAt, ours.acceptedAt, (at) => at),
    throttled: later(theirs.throttled, ours.throttled, ({ until }) => until),
    transient:
      theirs.transient ?? (isOver(ours, theirs) ? null : ours.transient),
  };
}

/**
 * Tells a log by another clock. No moment ends up more than 15 minutes ahead, however far off that clock was.
 *
 * @param aheadByMs - how far the other clock is ahead of the log's.
 * @param nowMs - the time by the other clock.
 */
export function shifted(
  log: AttemptLog,
  aheadByMs: number,
  nowMs: number,
): AttemptLog {
  const move = (moment: number) =>
    Math.min(moment + aheadByMs, nowMs + MAX_AHEAD_MS);
  const moveIfAny = (moment: number | null) =>
    moment === null ? null : move(moment);
  const movePause = <P extends Pause>(pause: P | null) =>
    pause && { ...pause, until: move(pause.until) };
  const throttled = movePause(log.throttled);
  return {
    attempts: log.attempts.map((attempt) => ({
      ...attempt,
      at: move(attempt.at),
      leaseUntil: move(attempt.leaseUntil),
      heardAt: moveIfAny(attempt.heardAt),
    })),
    acceptedAt: moveIfAny(log.acceptedAt),
    throttled: throttled && {
      ...throttled,
      heardAt: move(throttled.heardAt),
    },
    transient: movePause(log.transient),
  };
}

/** Tells until when the pair is held back and why. Empty if an attempt may be sent. */
export function heldUntil(
  log: AttemptLog,
  nowMs: number,
  reader: LogReader = SOLE_READER,
): HeldUntil {
  const { attempts, acceptedAt, throttled, transient } = live(log, nowMs);
  const attemptsEnd = attemptsHoldUntil(attempts, acceptedAt, nowMs, reader);
  const isRefusal = attempts.some(isRefused);
  const pauseEnd = transient?.until ?? -Infinity;
  const isEnding = transient?.isEnding === true;
  const ends = {
    refused: isRefusal ? attemptsEnd : -Infinity,
    throttled: throttled?.until ?? -Infinity,
    'back-off': Math.max(
      isRefusal ? -Infinity : attemptsEnd,
      isEnding ? -Infinity : pauseEnd,
    ),
    ending: isEnding ? pauseEnd : -Infinity,
  };
  return Object.fromEntries(
    Object.entries(ends).filter(([, until]) => until > nowMs),
  );
}

/** How many transient failures there were since the last success. */
export function failuresInARow(log: AttemptLog, nowMs: number): number {
  const { transient } = live(log, nowMs);
  // A token in its last second is a success.
  return transient === null || transient.isEnding === true
    ? 0
    : transient.count;
}

/** When the log has nothing to say any more: ten minutes after its last moment, the ends of holds included. */
export function spentAt(log: AttemptLog): number {
  const lastMoment = Math.max(
    ...log.attempts.map(countsFrom),
    ...ladderOf(log.attempts, log.acceptedAt).map(({ end }) => end),
    log.acceptedAt ?? -Infinity,
    log.throttled?.until ?? -Infinity,
    log.transient?.until ?? -Infinity,
  );
  return lastMoment + BAN_MS;
}

/** The log without attempts that were made before the last acceptance and are no longer among Aspose's ten minutes. */
function live(log: AttemptLog, nowMs: number): AttemptLog {
  if (spentAt(log) <= nowMs) return NO_ATTEMPTS;
  const attempts = log.attempts.filter(
    (attempt) =>
      isSince(attempt, log.acceptedAt) || countsFrom(attempt) + BAN_MS > nowMs,
  );
  return { ...log, attempts };
}

/** Whether a pause was entered for this attempt before. */
function isAfter(pause: Pause | null, { id }: AttemptNote): boolean {
  return pause?.after === id;
}

/** Silent attempts go first, then old ones. The newest refusal stays: next to it, silent ones count. */
function kept(attempts: readonly Attempt[]): readonly Attempt[] {
  const newestFirst = attempts.toSorted(
    (a, b) => countsFrom(b) - countsFrom(a),
  );
  const newestRefusal = newestFirst.find(isRefused);
  const isExpendable = ({ state }: Attempt) =>
    state === 'silent' && newestRefusal === undefined;
  return newestFirst
    .toSorted((a, b) => Number(isExpendable(a)) - Number(isExpendable(b)))
    .filter(
      (attempt, index) => index < KEPT_ATTEMPTS || attempt === newestRefusal,
    );
}

/** A second is enough for an endpoint that counts right. One that goes on with such tokens is asked ever less often. */
function untilEnded(
  before: AttemptLog['transient'],
  after: string,
  heardAt: number,
): AttemptLog['transient'] {
  if (before?.after === after) return before;
  const earlier = before?.isEnding === true ? before.count : 0;
  const pauseMs = Math.min(LAST_SECOND_MS * 2 ** earlier, MAX_LAST_SECOND_MS);
  return {
    count: earlier + 1,
    until: heardAt + pauseMs,
    after,
    isEnding: true,
  };
}

/** A throttling that is heard late does not shorten a longer one. */
function throttledBy(
  before: AttemptLog['throttled'],
  after: string,
  retryAfterMs: number | undefined,
  heardAt: number,
): AttemptLog['throttled'] {
  const count = (before?.count ?? 0) + 1;
  const askedMs = retryAfterMs ?? ladderHoldMs(count);
  const pauseMs = Math.min(Math.max(askedMs, MIN_THROTTLE_MS), MAX_AHEAD_MS);
  const latest = {
    count,
    until: heardAt + pauseMs,
    after,
    heardAt,
    isBan: retryAfterMs !== undefined && isBan(retryAfterMs),
  };
  return before !== null && before.until > latest.until
    ? { ...before, count }
    : latest;
}

/** Whether the other log has an acceptance that clearly ended the failures of this one. */
function isOver(log: AttemptLog, other: AttemptLog): boolean {
  return later(log.acceptedAt, other.acceptedAt, (at) => at) !== log.acceptedAt;
}

/** The one that is clearly later, or else the first one. */
function later<T>(
  a: T | null,
  b: T | null,
  momentOf: (of: T) => number,
): T | null {
  if (a === null || b === null) return a ?? b;
  return momentOf(b) > momentOf(a) + SAME_MOMENT_MS ? b : a;
}
