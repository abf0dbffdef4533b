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
   * - `unanswered`: its process gave it up, but still listens for {@link LATE_ANSWER_MS}
   * - `silent`: its process listened to the end, and nothing came
   */
  readonly state: 'open' | 'refused' | 'unanswered' | 'silent';
  /** When the refusal was heard; null in other states. */
  readonly heardAt: number | null;
}

/** Who reads a log. This decides which attempts were abandoned. */
export interface LogReader {
  /** Whether the reader's own process made this attempt. */
  readonly owns: (id: string) => boolean;
  /** Whether the reader holds the credential's lock, so that nobody else can be sending. */
  readonly hasLock: boolean;
}

/** The reader of a log that no other process shares. */
export const SOLE_READER: LogReader = { owns: () => true, hasLock: true };

/** For how long after an attempt was noted its process listens for an answer. */
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

/** Whether the last that is known of an attempt is younger than the last acceptance. */
export function isSince(
  { at, heardAt }: Attempt,
  acceptedAt: number | null,
): boolean {
  return acceptedAt === null || (heardAt ?? at) > acceptedAt;
}

/** Whether the pair was refused since it was last accepted, however long ago. */
export function wasRefused(log: {
  readonly attempts: readonly Attempt[];
  readonly acceptedAt: number | null;
}): boolean {
  return log.attempts.some(
    (attempt) => isRefused(attempt) && isSince(attempt, log.acceptedAt),
  );
}

/** The attempts since the last acceptance, and until when each would hold the pair: each for longer than the one before. */
export function ladderOf<A extends Attempt>(
  attempts: readonly A[],
  acceptedAt: number | null,
): readonly { attempt: A; n: number; end: number }[] {
  return attempts
    .filter((attempt) => isSince(attempt, acceptedAt))
    .toSorted((a, b) => countsFrom(a) - countsFrom(b))
    .map((attempt, index) => {
      const n = index + 1;
      return { attempt, n, end: countsFrom(attempt) + ladderHoldMs(n) };
    });
}

/**
 * Until when the attempts of a log hold the pair, as a reader sees them; `-Infinity` if they do not.
 *
 * What counts: refused attempts, those whose answer may still come, and abandoned ones, whose process was killed and did
 * not tell what it heard. Next to a refused attempt silent ones count, too. A refusal before the last acceptance counts
 * among the four of ten minutes, but makes no later attempt hold the pair.
 */
export function attemptsHoldUntil(
  attempts: readonly Attempt[],
  acceptedAt: number | null,
  nowMs: number,
  reader: LogReader,
): number {
  const hasRefused = attempts.some(isRefused);
  const counted = attempts
    .map((attempt) => ({ ...attempt, fate: fateOf(attempt, nowMs, reader) }))
    .filter(({ fate }) => fate !== 'none' && (fate !== 'silent' || hasRefused));
  const isLadder = wasRefused({ attempts, acceptedAt });
  const rungs = ladderOf(counted, acceptedAt)
    .filter(({ attempt: { fate }, n }) =>
      fate === 'abandoned' ? n >= FIRST_ABANDONED_TO_HOLD : isLadder,
    )
    .map(({ end }) => end);
  const countUntil = counted
    .map((attempt) =>
      attempt.fate === 'awaited' && !hasRefused
        ? countsFrom(attempt)
        : countsFrom(attempt) + BAN_MS,
    )
    .toSorted((a, b) => b - a);
  return Math.max(...rungs, countUntil[ALLOWED_REFUSALS - 1] ?? -Infinity);
}

type Fate = 'none' | 'refused' | 'awaited' | 'silent' | 'abandoned';

function fateOf(
  attempt: Attempt,
  nowMs: number,
  { owns, hasLock }: LogReader,
): Fate {
  const { id, state, leaseUntil } = attempt;
  switch (state) {
    case 'open':
      return leaseUntil <= nowMs || (hasLock && !owns(id))
        ? 'abandoned'
        : 'none';
    case 'unanswered':
      if (nowMs < countsFrom(attempt)) return 'awaited';
      return owns(id) ? 'silent' : 'abandoned';
    default:
      return state;
  }
}
