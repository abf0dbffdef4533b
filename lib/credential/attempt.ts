import { ALLOWED_REFUSALS, BAN_MS, ladderHoldMs } from './aspose-ban.js';

/** A token request that is about to be sent. Its moments are milliseconds of the log's clock. */
export interface AttemptNote {
  /** Unique among all processes. */
  readonly id: string;
  /** When it was noted, just before it was sent. */
  readonly at: number;
  /** When its process must have told the outcome, unless it was killed. */
  readonly leaseUntil: number;
}

/** A token request in the log. */
export interface Attempt extends AttemptNote {
  /**
   * - `open`: no outcome is known
   * - `refused`: the endpoint refused the pair
   * - `unanswered`: its process gave it up, and an answer may still come
   */
  readonly state: 'open' | 'refused' | 'unanswered';
  /** When the refusal was heard; null in other states. */
  readonly heardAt: number | null;
}

/** Who reads a log. This decides whether an open attempt was abandoned. */
export interface LogReader {
  /** Whether the reader's own process made this attempt. */
  readonly owns: (id: string) => boolean;
  /** Whether the reader holds the credential's lock, so that nobody else can be sending. */
  readonly hasLock: boolean;
}

/** The reader of a log that no other process shares. */
export const SOLE_READER: LogReader = { owns: () => true, hasLock: true };

/** For how long after it was noted an attempt may still be answered. */
export const LATE_ANSWER_MS = 30_000;

/** One or two killed processes cost their lease and not a minute. */
const FIRST_ABANDONED_TO_HOLD = 3;

/** Whether the attempt was refused. */
export function isRefused({ state }: Attempt): boolean {
  return state === 'refused';
}

/** As of when an attempt counts. One that was never heard may have reached Aspose as late as an answer would come. */
export function countsFrom({ at, heardAt }: Attempt): number {
  return heardAt ?? at + LATE_ANSWER_MS;
}

/** Until when an attempt counts. An unanswered one without a refusal next to it: as long as its answer may come. */
export function countsUntil(attempt: Attempt, hasRefused: boolean): number {
  const isAlone = attempt.state === 'unanswered' && !hasRefused;
  return countsFrom(attempt) + (isAlone ? 0 : BAN_MS);
}

/** Whether the last that is known of an attempt is younger than the last acceptance. */
export function isSince(
  { at, heardAt }: Attempt,
  acceptedAt: number | null,
): boolean {
  return acceptedAt === null || (heardAt ?? at) > acceptedAt;
}

/**
 * The attempts that count: refused, perhaps refused, or abandoned by a process that was killed.
 *
 * An open attempt is abandoned once its lease is over. Who has the lock need not wait for that.
 */
export function counting(
  attempts: readonly Attempt[],
  nowMs: number,
  { owns, hasLock }: LogReader,
): readonly Attempt[] {
  const hasRefused = attempts.some(isRefused);
  return attempts.filter((attempt) =>
    attempt.state === 'open'
      ? attempt.leaseUntil <= nowMs || (hasLock && !owns(attempt.id))
      : hasRefused || countsUntil(attempt, hasRefused) > nowMs,
  );
}

/** When the ladder's holds end: each attempt since the last acceptance holds the pair longer than the one before. */
export function ladderEnd(
  attempts: readonly Attempt[],
  acceptedAt: number | null,
): number {
  const hasRefused = attempts.some(isRefused);
  const ends = attempts
    .filter((attempt) => isSince(attempt, acceptedAt))
    .toSorted((a, b) => countsFrom(a) - countsFrom(b))
    .map((attempt, index) => {
      const n = index + 1;
      const holds = {
        refused: true,
        unanswered: hasRefused,
        open: n >= FIRST_ABANDONED_TO_HOLD,
      };
      return holds[attempt.state]
        ? countsFrom(attempt) + ladderHoldMs(n)
        : -Infinity;
    });
  return Math.max(...ends);
}

/** When fewer attempts count than Aspose would ban the pair for, with one to spare. */
export function allowanceEnd(attempts: readonly Attempt[]): number {
  const hasRefused = attempts.some(isRefused);
  const ends = attempts
    .map((attempt) => countsUntil(attempt, hasRefused))
    .toSorted((a, b) => b - a);
  return ends[ALLOWED_REFUSALS - 1] ?? -Infinity;
}
