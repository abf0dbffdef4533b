import { describe, expect, it } from 'vitest';

import {
  type AttemptNote,
  type LogReader,
  wasRefused,
} from '../../../lib/credential/attempt.js';
import {
  type AttemptLog,
  type AttemptOutcome,
  failuresInARow,
  heldUntil,
  merge,
  NO_ATTEMPTS,
  note,
  settle,
  shifted,
  spentAt,
  waiveHolds,
} from '../../../lib/credential/attempt-log.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const LEASE = 5 * SECOND;
const PAUSE = 2 * SECOND;

const ACCEPTED: AttemptOutcome = { type: 'accepted' };
const ENDING: AttemptOutcome = { type: 'ending' };
const REFUSED: AttemptOutcome = { type: 'refused' };
const THROTTLED: AttemptOutcome = { type: 'throttled' };
const FAILED: AttemptOutcome = { type: 'failed', pauseMs: PAUSE };
const UNANSWERED: AttemptOutcome = { type: 'unanswered', pauseMs: PAUSE };
const SILENT: AttemptOutcome = { type: 'silent' };

/** Another process: to it, what is open was sent by somebody else. */
const STRANGER: LogReader = { owns: () => false, hasLock: false };
const LOCK_HOLDER: LogReader = { owns: () => false, hasLock: true };

function noted(at: number, id = `at ${at}`): AttemptNote {
  return { id, at, leaseUntil: at + LEASE };
}

/** One attempt after the other: when it was sent, what came of it, when that was heard. */
function logOf(
  ...history: [at: number, outcome?: AttemptOutcome, heardAt?: number][]
): AttemptLog {
  return history.reduce<AttemptLog>((log, [at, outcome, heardAt = at]) => {
    const open = note(log, noted(at));
    return outcome ? settle(open, noted(at), outcome, heardAt) : open;
  }, NO_ATTEMPTS);
}

function throttledFor(retryAfterMs: number): AttemptOutcome {
  return { type: 'throttled', retryAfterMs };
}

/** At 0, 1, 3 and 7 minutes: as soon as the ladder permits. */
const FOUR_REFUSALS = [0, 1, 3, 7].map((minute): [number, AttemptOutcome] => [
  minute * MINUTE,
  REFUSED,
]);

describe('a log of attempts', () => {
  it('holds nothing back when nothing was tried', () => {
    expect(heldUntil(NO_ATTEMPTS, 0)).toEqual({});
    expect(wasRefused(NO_ATTEMPTS)).toBe(false);
  });

  it('is plain data', () => {
    const log = logOf(
      [0, REFUSED],
      [1, THROTTLED],
      [2, UNANSWERED],
      [3, FAILED],
      [4],
    );
    expect(JSON.parse(JSON.stringify(log))).toStrictEqual(log);
    expect(JSON.parse(JSON.stringify(NO_ATTEMPTS))).toStrictEqual(NO_ATTEMPTS);
  });

  it('leaves what it is given as it was', () => {
    const log = logOf([0, REFUSED], [1]);
    const before = JSON.stringify(log);
    note(log, noted(2));
    settle(log, noted(1), REFUSED, 2);
    merge(log, logOf([3, REFUSED]), 4);
    shifted(log, 5, 0);
    waiveHolds(log, 6);
    expect(JSON.stringify(log)).toBe(before);
  });
});

describe('settle', () => {
  it('keeps a refusal, with the time it was heard', () => {
    expect(logOf([0, REFUSED, 3]).attempts).toEqual([
      { ...noted(0), state: 'refused', heardAt: 3 },
    ]);
  });

  it('keeps an unanswered attempt, and pauses', () => {
    const { attempts, transient } = logOf([0, UNANSWERED, 3]);
    expect(attempts).toEqual([
      { ...noted(0), state: 'unanswered', heardAt: null },
    ]);
    expect(transient).toEqual({ count: 1, until: 3 + PAUSE, after: 'at 0' });
  });

  it.each([
    ['accepted', ACCEPTED, { ...NO_ATTEMPTS, acceptedAt: 0 }],
    [
      'throttled',
      THROTTLED,
      {
        ...NO_ATTEMPTS,
        throttled: {
          count: 1,
          until: 3 + MINUTE,
          after: 'at 0',
          heardAt: 3,
          isBan: false,
        },
      },
    ],
    [
      'failed',
      FAILED,
      {
        ...NO_ATTEMPTS,
        transient: { count: 1, until: 3 + PAUSE, after: 'at 0' },
      },
    ],
  ])('removes the note of an attempt that %s', (_, outcome, log) => {
    expect(logOf([0, outcome, 3])).toEqual(log);
  });

  it.each([ACCEPTED, REFUSED, THROTTLED, FAILED, UNANSWERED, SILENT])(
    'comes to the same where the note is gone: $type',
    (outcome) => {
      expect(settle(NO_ATTEMPTS, noted(0), outcome, 3)).toEqual(
        logOf([0, outcome, 3]),
      );
    },
  );

  it.each([ENDING, REFUSED, THROTTLED, FAILED, UNANSWERED, SILENT])(
    'comes to the same if it is entered again on another copy: $type',
    (outcome) => {
      const log = logOf([0, outcome, 3]);
      expect(settle(log, noted(0), outcome, 3)).toEqual(log);
    },
  );

  it.each([ACCEPTED, REFUSED, THROTTLED])(
    'takes a late answer: $type',
    (outcome) => {
      const late = settle(
        logOf([0, UNANSWERED, 4 * SECOND]),
        noted(0),
        outcome,
        20 * SECOND,
      );
      expect(late).toMatchObject({
        ...logOf([0, outcome, 20 * SECOND]),
        transient:
          outcome === ACCEPTED ? null : { count: 1, until: 6 * SECOND },
      });
    },
  );

  it('lets a refusal that was heard stand', () => {
    const log = logOf([0, REFUSED, 3]);
    for (const outcome of [REFUSED, UNANSWERED, SILENT])
      expect(settle(log, noted(0), outcome, 9)).toEqual(log);
  });

  it('ends pauses and throttling with a success, and keeps other attempts', () => {
    const log = logOf([0, REFUSED], [1, THROTTLED], [2, FAILED], [3, ACCEPTED]);
    expect(log).toEqual({ ...logOf([0, REFUSED]), acceptedAt: 3 });
  });

  it('keeps the eight attempts that count longest', () => {
    const seconds = Array.from({ length: 9 }, (_, second) => second * SECOND);
    const log = logOf(...seconds.map((at): [number] => [at]));
    expect(log.attempts.map(({ at }) => at)).toEqual(
      seconds.slice(1).toReversed(),
    );
  });

  it('keeps abandoned attempts rather than silent ones', () => {
    const log = logOf(
      ...[0, 1, 2].map((at): [number] => [at]),
      ...Array.from({ length: 9 }, (_, i): [number, AttemptOutcome] => [
        MINUTE + i,
        SILENT,
      ]),
    );
    expect(log.attempts.filter(({ state }) => state === 'open')).toHaveLength(
      3,
    );
    expect(log.attempts).toHaveLength(8);
  });

  it('keeps the newest refusal, next to which unanswered attempts count', () => {
    const refusals = logOf([0, REFUSED], [1, REFUSED]);
    const unanswered = logOf(
      ...Array.from({ length: 9 }, (_, i): [number, AttemptOutcome] => [
        MINUTE + i,
        UNANSWERED,
      ]),
    );
    const { attempts } = merge(unanswered, refusals, MINUTE);
    expect(attempts).toHaveLength(9);
    expect(attempts.filter(({ state }) => state === 'refused')).toMatchObject([
      { at: 1 },
    ]);
  });
});

describe('failuresInARow', () => {
  it('counts up to a success, and begins again once the log is spent', () => {
    const log = logOf([0, FAILED], [1, UNANSWERED]);
    expect(failuresInARow(log, 1)).toBe(2);
    expect(failuresInARow(settle(log, noted(2), ACCEPTED, 2), 2)).toBe(0);
    expect(failuresInARow(log, 20 * MINUTE)).toBe(0);
    const spent = settle(log, noted(2), FAILED, 20 * MINUTE);
    expect(spent.transient?.count).toBe(1);
  });

  it('does not count tokens in their last second', () => {
    const log = logOf([0, FAILED], [1, ENDING], [2, ENDING], [3, ENDING]);
    expect(failuresInARow(log, 3)).toBe(0);
    const failed = settle(log, noted(4), FAILED, 4);
    expect(failed.transient).toMatchObject({ count: 1 });
    expect(heldUntil(failed, 4)).not.toHaveProperty('ending');
  });
});

describe('the ladder', () => {
  it('holds a refused pair for 60 s, doubling to 10 min', () => {
    let log = NO_ATTEMPTS;
    let at = 0;
    for (const minutes of [1, 2, 4, 8, 10, 10, 10, 10, 10, 10]) {
      log = settle(log, noted(at), REFUSED, at);
      const until = at + minutes * MINUTE;
      expect(heldUntil(log, at)).toEqual({ refused: until });
      expect(heldUntil(log, until - 1)).toEqual({ refused: until });
      expect(heldUntil(log, until)).toEqual({});
      at = until;
    }
  });

  it('holds from when the refusal was heard', () => {
    expect(heldUntil(logOf([0, REFUSED, 3]), 3)).toEqual({
      refused: MINUTE + 3,
    });
  });

  it('begins again when the pair was accepted', () => {
    const log = logOf([0, REFUSED], [1, REFUSED], [2, ACCEPTED]);
    expect(heldUntil(log, 2)).toEqual({});
    const again = settle(log, noted(3), REFUSED, 3);
    expect(heldUntil(again, 3)).toEqual({ refused: 3 + MINUTE });
  });

  it('counts a refusal that was heard in the same millisecond, after the pair was accepted', () => {
    const accepted = logOf([3, ACCEPTED]);
    const log = settle(accepted, noted(3, 'next'), REFUSED, 3);
    expect(heldUntil(log, 3)).toEqual({ refused: 3 + MINUTE });
    expect(wasRefused(log)).toBe(true);
  });

  it.each<[string, AttemptOutcome, object]>([
    ['refusal', REFUSED, { refused: 2 + MINUTE }],
    ['ban', throttledFor(10 * MINUTE), { throttled: 2 + 10 * MINUTE }],
  ])(
    'lets a %s stand that was heard before a late acceptance',
    (_, outcome, held) => {
      const log = logOf([0, UNANSWERED], [1, outcome, 2]);
      const late = settle(log, noted(0), ACCEPTED, 3);
      expect(heldUntil(late, 3)).toEqual(held);
      const again = settle(late, noted(3), ACCEPTED, 4);
      expect(heldUntil(again, 4)).toEqual({});
      expect(settle(again, noted(0), ACCEPTED, 5).acceptedAt).toBe(3);
    },
  );

  it('counts a refusal that was heard after the pair was accepted', () => {
    const accepted = logOf([0, UNANSWERED], [1, ACCEPTED]);
    const log = settle(accepted, noted(0), REFUSED, 2);
    expect(heldUntil(log, 2)).toEqual({ refused: 2 + MINUTE });
    expect(wasRefused(log)).toBe(true);
  });

  it('does not count what was sent before the pair was accepted', () => {
    const log = logOf([0, UNANSWERED], [1, ACCEPTED], [2, REFUSED]);
    expect(heldUntil(log, 2)).toEqual({ refused: 2 + MINUTE });
  });

  it('counts unanswered attempts next to a refused one, as of 30 s after their note', () => {
    const log = logOf([0, REFUSED], [MINUTE, UNANSWERED, MINUTE]);
    expect(heldUntil(log, MINUTE)).toEqual({
      refused: MINUTE + 30 * SECOND + 2 * MINUTE,
      'back-off': MINUTE + PAUSE,
    });
    expect(heldUntil(log, 3 * MINUTE)).toEqual({
      refused: 3 * MINUTE + 30 * SECOND,
    });
  });

  it('holds nothing for unanswered attempts alone', () => {
    const log = logOf([0, UNANSWERED], [1, UNANSWERED], [2, UNANSWERED]);
    expect(heldUntil(log, 2)).toEqual({ 'back-off': 2 + PAUSE });
    expect(heldUntil(log, 2 + PAUSE)).toEqual({});
  });

  it('holds from the third abandoned attempt on', () => {
    const two = logOf([0], [LEASE]);
    expect(heldUntil(two, 2 * LEASE, STRANGER)).toEqual({});
    const three = note(two, noted(2 * LEASE));
    expect(heldUntil(three, 3 * LEASE, STRANGER)).toEqual({
      'back-off': 2 * LEASE + 30 * SECOND + 4 * MINUTE,
    });
  });

  it('does not count silent attempts on the way to the third', () => {
    const log = logOf([0, SILENT], [1, SILENT], [MINUTE]);
    expect(heldUntil(log, 2 * MINUTE, STRANGER)).toEqual({});
  });

  it('counts silent attempts next to a refused one', () => {
    const log = logOf([0, SILENT], [1, REFUSED], [2, SILENT]);
    expect(heldUntil(log, 2)).toEqual({
      refused: 2 + 30 * SECOND + 4 * MINUTE,
    });
  });
});

describe('open attempts', () => {
  const log = logOf([0], [LEASE], [2 * LEASE]);
  const held = { 'back-off': 2 * LEASE + 30 * SECOND + 4 * MINUTE };

  it('count once their lease is over', () => {
    expect(heldUntil(log, 3 * LEASE - 1, STRANGER)).toEqual({});
    expect(heldUntil(log, 3 * LEASE, STRANGER)).toEqual(held);
  });

  it('count at once for who has the lock', () => {
    expect(heldUntil(log, 2 * LEASE, LOCK_HOLDER)).toEqual(held);
  });

  it('do not count for their own process while their lease lasts', () => {
    expect(heldUntil(log, 2 * LEASE)).toEqual({});
    const owns = (id: string) => id === `at ${2 * LEASE}`;
    expect(heldUntil(log, 2 * LEASE, { owns, hasLock: true })).toEqual({});
    expect(heldUntil(log, 3 * LEASE)).toEqual(held);
  });
});

describe('unanswered attempts', () => {
  const log = logOf(
    [0, UNANSWERED],
    [1, UNANSWERED],
    [2, UNANSWERED],
    [3, UNANSWERED],
  );
  const LATE = 30 * SECOND + 3;

  it('are silent after 30 s for the process that listened', () => {
    expect(heldUntil(log, LATE)).toEqual({});
  });

  it('are abandoned after 30 s for other processes: their own may have been killed', () => {
    const held = { 'back-off': 10 * MINUTE + 30 * SECOND };
    expect(heldUntil(waiveHolds(log, LATE), LATE, STRANGER)).toEqual(held);
  });

  it('are silent for others, too, once their process says so', () => {
    const silent = settle(log, noted(0), SILENT, LATE);
    expect(silent.transient).toEqual(log.transient);
    expect(heldUntil(waiveHolds(silent, LATE), LATE, STRANGER)).toEqual({});
  });
});

describe('four attempts in ten minutes', () => {
  it('hold the pair until the oldest is ten minutes old, whatever was accepted between them', () => {
    const log = [0, 2, 4, 6].reduce(
      (log, minute) =>
        [REFUSED, ACCEPTED].reduce(
          (log, outcome, i) =>
            settle(
              log,
              noted(minute * MINUTE + i),
              outcome,
              minute * MINUTE + i,
            ),
          log,
        ),
      NO_ATTEMPTS,
    );
    expect(heldUntil(log, 6 * MINUTE + 1)).toEqual({ refused: 10 * MINUTE });
    expect(heldUntil(log, 10 * MINUTE)).toEqual({});
    const fifth = settle(log, noted(10 * MINUTE), REFUSED, 10 * MINUTE);
    expect(heldUntil(fifth, 11 * MINUTE)).toEqual({ refused: 12 * MINUTE });
  });

  it('hold the pair until one of them cannot be answered any more, when all are unanswered', () => {
    const log = logOf(
      [0, UNANSWERED],
      [1, UNANSWERED],
      [2, UNANSWERED],
      [3, UNANSWERED],
    );
    expect(heldUntil(log, 3)).toEqual({ 'back-off': 30 * SECOND });
    expect(heldUntil(log, 30 * SECOND)).toEqual({});
  });

  it('hold the pair for ten minutes when one of the unanswered turns out to be refused', () => {
    const log = settle(
      logOf([0, UNANSWERED], [1, UNANSWERED], [2, UNANSWERED], [3, UNANSWERED]),
      noted(3),
      REFUSED,
      10 * SECOND,
    );
    expect(heldUntil(log, 10 * SECOND)).toEqual({
      refused: 10 * MINUTE + 10 * SECOND,
    });
  });

  it('hold the pair for ten minutes when they were abandoned', () => {
    const log = logOf([0], [1], [2], [3]);
    expect(heldUntil(waiveHolds(log, 3), 3, LOCK_HOLDER)).toEqual({
      'back-off': 10 * MINUTE + 30 * SECOND,
    });
  });
});

describe('a throttled pair', () => {
  it('is held for 60 s, doubling to 10 min', () => {
    let log = NO_ATTEMPTS;
    let at = 0;
    for (const minutes of [1, 2, 4, 8, 10, 10, 10]) {
      log = settle(log, noted(at), THROTTLED, at);
      const until = at + minutes * MINUTE;
      expect(heldUntil(log, at)).toEqual({ throttled: until });
      expect(heldUntil(log, until)).toEqual({});
      at = until;
    }
  });

  it.each([
    [7 * SECOND, 7 * SECOND],
    [0, SECOND],
    [-5, SECOND],
    [15 * MINUTE, 15 * MINUTE],
    [Infinity, 15 * MINUTE],
  ])('that is asked to wait %s ms is held for %s ms', (asked, heldMs) => {
    const log = logOf([0, throttledFor(asked), 3]);
    expect(heldUntil(log, 3)).toEqual({ throttled: 3 + heldMs });
  });

  it('is not held for less by an older answer', () => {
    const log = logOf([0, UNANSWERED], [1, throttledFor(9 * MINUTE)]);
    const late = settle(log, noted(0), throttledFor(SECOND), 2);
    expect(late.throttled).toEqual({
      count: 2,
      until: 9 * MINUTE + 1,
      after: 'at 1',
      heardAt: 1,
      isBan: true,
    });
  });
});

describe('a pause', () => {
  it('rises with each failure and each attempt without an answer', () => {
    expect(logOf([0, FAILED], [5, UNANSWERED]).transient).toEqual({
      count: 2,
      until: 5 + PAUSE,
      after: 'at 5',
    });
  });

  it('ends in time', () => {
    const log = logOf([0, FAILED]);
    expect(heldUntil(log, PAUSE - 1)).toEqual({ 'back-off': PAUSE });
    expect(heldUntil(log, PAUSE)).toEqual({});
  });

  it('lasts 15 min at most', () => {
    const log = logOf([0, { type: 'failed', pauseMs: 60 * MINUTE }]);
    expect(heldUntil(log, 0)).toEqual({ 'back-off': 15 * MINUTE });
  });
});

describe('a token in its last second', () => {
  it('is waited out for a second, and counts as neither failure nor refusal', () => {
    const log = logOf([0, ENDING]);
    expect(heldUntil(log, 0)).toEqual({ ending: SECOND });
    expect(heldUntil(log, SECOND)).toEqual({});
    expect(wasRefused(log)).toBe(false);
    expect(log.attempts).toEqual([]);
  });

  it('is an acceptance: it ends the ladder and the pauses', () => {
    const ended = logOf([0, FAILED], [3, ENDING], [SECOND + 3, REFUSED]);
    expect(heldUntil(ended, SECOND + 3)).toEqual({
      refused: SECOND + 3 + MINUTE,
    });
    expect(heldUntil(logOf([0, FAILED], [3, ENDING]), 3)).toEqual({
      ending: SECOND + 3,
    });
    expect(logOf([0, REFUSED], [MINUTE, ENDING]).acceptedAt).toBe(MINUTE);
  });

  it('is waited out for twice as long if it follows itself, up to 30 s', () => {
    const pauses = [1, 2, 3, 6, 7].map((times) => {
      const history = Array.from(
        { length: times },
        (_, n): [number, AttemptOutcome] => [n, ENDING],
      );
      return (heldUntil(logOf(...history), times - 1).ending ?? 0) - times + 1;
    });
    expect(pauses).toEqual([1, 2, 4, 30, 30].map((s) => s * SECOND));
    expect(
      heldUntil(logOf([0, ENDING], [1, ACCEPTED], [2, ENDING]), 2),
    ).toEqual({ ending: 2 + SECOND });
  });

  it('keeps its kind by another clock', () => {
    expect(heldUntil(shifted(logOf([0, ENDING]), 50, 50), 50)).toEqual({
      ending: SECOND + 50,
    });
  });

  it('gives way to a failure', () => {
    expect(heldUntil(logOf([0, ENDING], [1, FAILED]), 1)).toEqual({
      'back-off': 1 + PAUSE,
    });
  });
});

describe('the life of a log', () => {
  it.each([
    ['an acceptance', logOf([5, ACCEPTED]), 5],
    ['an open attempt', logOf([5]), 5 + 30 * SECOND + MINUTE],
    [
      'an attempt before the last acceptance',
      logOf([5], [6, ACCEPTED]),
      5 + 30 * SECOND,
    ],
    ['a refusal', logOf([5, REFUSED]), 5 + MINUTE],
    [
      'four refusals',
      logOf(...FOUR_REFUSALS, [15 * MINUTE, REFUSED]),
      25 * MINUTE,
    ],
    ['a throttling', logOf([5, throttledFor(9 * MINUTE)]), 5 + 9 * MINUTE],
    ['a pause', logOf([5, FAILED]), 5 + PAUSE],
  ])('is ten minutes longer than %s', (_, log, lastMoment) => {
    expect(spentAt(log)).toBe(lastMoment + 10 * MINUTE);
  });

  it('is over at once when there is nothing in it', () => {
    expect(spentAt(NO_ATTEMPTS)).toBe(-Infinity);
  });

  it('goes on with a ladder whose hold has just ended', () => {
    const log = logOf(...FOUR_REFUSALS, [15 * MINUTE, REFUSED]);
    const sixth = settle(log, noted(25 * MINUTE), REFUSED, 25 * MINUTE);
    expect(heldUntil(sixth, 25 * MINUTE)).toEqual({ refused: 35 * MINUTE });
  });

  it('begins again afterwards, when noted and when settled', () => {
    const log = logOf([0, REFUSED], [MINUTE, FAILED]);
    const at = 20 * MINUTE;
    expect(note(log, noted(at))).toEqual(logOf([at]));
    expect(settle(log, noted(at), REFUSED, at)).toEqual(logOf([at, REFUSED]));
    expect(merge(log, log, at)).toEqual(NO_ATTEMPTS);
  });

  it('does not keep refusals of long ago because the pair is accepted often', () => {
    const log = logOf(
      [0, REFUSED],
      [5 * MINUTE, ACCEPTED],
      [9 * MINUTE, ACCEPTED],
    );
    expect(log.attempts).toHaveLength(1);
    expect(note(log, noted(10 * MINUTE - 1)).attempts).toHaveLength(2);
    expect(note(log, noted(10 * MINUTE)).attempts).toMatchObject([
      { state: 'open' },
    ]);
    const hanging = settle(log, noted(10 * MINUTE), UNANSWERED, 10 * MINUTE);
    expect(heldUntil(hanging, 10 * MINUTE)).toEqual({
      'back-off': 10 * MINUTE + PAUSE,
    });
  });
});

describe('wasRefused', () => {
  it.each([
    ['refused', logOf([0, REFUSED]), true],
    ['refused and then unreachable', logOf([0, REFUSED], [1, FAILED]), true],
    ['refused and then accepted', logOf([0, REFUSED], [1, ACCEPTED]), false],
    ['accepted and then refused', logOf([0, ACCEPTED], [1, REFUSED]), true],
    ['throttled', logOf([0, THROTTLED]), false],
    ['tried without an answer', logOf([0, UNANSWERED]), false],
  ])('of a pair that was %s', (_, log, expected) => {
    expect(wasRefused(log)).toBe(expected);
  });
});

describe('waiveHolds', () => {
  it('waives the ladder, which begins again, but no attempt', () => {
    const log = waiveHolds(logOf([0, REFUSED], [1, REFUSED]), 2);
    expect(heldUntil(log, 2)).toEqual({});
    expect(wasRefused(log)).toBe(false);
    expect(log.attempts).toHaveLength(2);
    const again = settle(log, noted(3), REFUSED, 3);
    expect(heldUntil(again, 3)).toEqual({ refused: 3 + MINUTE });
  });

  it('waives the part of the ladder that unanswered attempts hold', () => {
    const log = logOf([0, REFUSED], [MINUTE, UNANSWERED]);
    expect(heldUntil(waiveHolds(log, MINUTE), MINUTE)).toEqual({});
  });

  it('waives a pause, and a throttling that is no ban', () => {
    const log = logOf([0, FAILED], [1, throttledFor(9 * SECOND)]);
    expect(heldUntil(waiveHolds(log, 2), 2)).toEqual({});
  });

  it('does not waive the four in ten minutes', () => {
    const log = waiveHolds(logOf(...FOUR_REFUSALS), 7 * MINUTE);
    expect(heldUntil(log, 7 * MINUTE)).toEqual({ refused: 10 * MINUTE });
  });

  it('does not waive a ban', () => {
    const log = waiveHolds(logOf([0, throttledFor(10 * MINUTE)]), MINUTE);
    expect(heldUntil(log, MINUTE)).toEqual({ throttled: 10 * MINUTE });
  });
});

describe('merge', () => {
  it('joins refused attempts, whoever has them, once each', () => {
    const shared = logOf([0, REFUSED], [2, REFUSED]);
    const own = logOf([0, REFUSED], [1, REFUSED]);
    const { attempts } = merge(shared, own, 3);
    expect(new Set(attempts.map(({ at }) => at))).toEqual(new Set([0, 1, 2]));
    expect(attempts).toHaveLength(3);
  });

  it('takes the refusal of an attempt that the other has open or unanswered', () => {
    const refused = logOf([0, REFUSED]);
    for (const other of [logOf([0]), logOf([0, UNANSWERED])]) {
      expect(merge(other, refused, 1).attempts).toEqual(refused.attempts);
      expect(merge(refused, other, 1).attempts).toEqual(refused.attempts);
    }
  });

  it('takes open and unanswered attempts from the shared log alone, and the pause if it has one', () => {
    const shared = logOf([0], [1, UNANSWERED]);
    const own = logOf([2], [3, UNANSWERED], [4, FAILED]);
    const byId = (log: AttemptLog) =>
      log.attempts.map(({ id }) => id).toSorted();
    const merged = merge(shared, own, 5);
    expect(byId(merged)).toEqual(byId(shared));
    expect(merged.transient).toEqual(shared.transient);
  });

  it('keeps a pause of its own that the shared log lacks, until that has a later acceptance', () => {
    const own = logOf([5 * SECOND, FAILED]);
    expect(merge(NO_ATTEMPTS, own, 6 * SECOND).transient).toEqual(
      own.transient,
    );
    const accepted = logOf([6 * SECOND, ACCEPTED]);
    expect(merge(accepted, own, 7 * SECOND).transient).toBeNull();
    const failedSince = logOf([0, ACCEPTED], [5 * SECOND, FAILED]);
    const before = logOf([0, ACCEPTED]);
    expect(merge(before, failedSince, 6 * SECOND).transient).toEqual(
      failedSince.transient,
    );
    expect(merge(accepted, failedSince, 7 * SECOND).transient).toBeNull();
  });

  it.each([
    [null, null, null],
    [logOf([1, ACCEPTED]).acceptedAt, null, 1],
    [null, 1, 1],
    [2 * SECOND + 1, SECOND, 2 * SECOND + 1],
    [SECOND, 2 * SECOND + 1, 2 * SECOND + 1],
    // One moment, told by two clocks: what is shared does not creep on with each reading.
    [SECOND, 2 * SECOND, SECOND],
  ])(
    'takes the acceptance that is clearly later: of %s and %s',
    (a, b, later) => {
      const accepted = (at: number | null) => ({
        ...NO_ATTEMPTS,
        acceptedAt: at,
      });
      expect(merge(accepted(a), accepted(b), 3 * SECOND).acceptedAt).toBe(
        later,
      );
    },
  );

  it('takes the longer throttling', () => {
    const short = logOf([0, throttledFor(SECOND)]);
    const long = logOf([0, throttledFor(9 * MINUTE)]);
    expect(merge(short, long, 1).throttled).toEqual(long.throttled);
    expect(merge(long, short, 1).throttled).toEqual(long.throttled);
    expect(merge(NO_ATTEMPTS, long, 1).throttled).toEqual(long.throttled);
  });

  it('takes nothing from a log that is spent', () => {
    const old = logOf([0, REFUSED]);
    expect(merge(logOf([20 * MINUTE]), old, 20 * MINUTE)).toEqual(
      logOf([20 * MINUTE]),
    );
    expect(merge(old, NO_ATTEMPTS, 20 * MINUTE)).toEqual(NO_ATTEMPTS);
  });
});

describe('shifted', () => {
  const log = logOf(
    [0, ACCEPTED],
    [1, REFUSED],
    [2, THROTTLED],
    [3, FAILED],
    [4],
  );

  it('moves every moment', () => {
    const moved = shifted(log, 100, 104);
    expect(moved).toEqual({
      attempts: log.attempts.map((attempt) => ({
        ...attempt,
        at: attempt.at + 100,
        leaseUntil: attempt.leaseUntil + 100,
        heardAt: attempt.heardAt && attempt.heardAt + 100,
      })),
      acceptedAt: 100,
      throttled: {
        ...log.throttled,
        until: 102 + MINUTE,
        heardAt: 102,
      },
      transient: { ...log.transient, until: 103 + PAUSE },
    });
    expect(shifted(moved, -100, 4)).toEqual(log);
    expect(shifted(NO_ATTEMPTS, 100, 104)).toEqual(NO_ATTEMPTS);
  });

  it('leaves no moment more than 15 min ahead', () => {
    const moved = shifted(log, 60 * MINUTE, 0);
    expect(moved.acceptedAt).toBe(15 * MINUTE);
    expect(moved.throttled?.until).toBe(15 * MINUTE);
    expect(moved.transient?.until).toBe(15 * MINUTE);
    for (const { at, leaseUntil, heardAt } of moved.attempts)
      expect([at, leaseUntil, heardAt ?? at]).toEqual(
        Array.from({ length: 3 }, () => 15 * MINUTE),
      );
  });
});
