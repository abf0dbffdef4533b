// What the protocol of processes that share a store could do without, it seems: each of these has its test.
const ATTEMPTS = 'lib/store/shared-attempts.ts';
const CREDENTIAL = 'lib/store/shared-credential.ts';
const ACCESS = 'lib/store/store-access.ts';
const LOG = 'lib/credential/attempt-log.ts';
const ATTEMPT = 'lib/credential/attempt.ts';
const SENDER = 'lib/credential/attempt-sender.ts';
const STORE = 'lib/testing/store/memory.token-store.ts';

const NOTE = '    await shared.enter((log) => note(log, attempt));\n';
const COMPARE = 'this.#entryAt(key, now)?.value !== replaces';

/** Each: its name, and what to put in the place of what in which file. */
export const PROTOCOL_MUTATIONS = [
  {
    name: 'no second read under the lock',
    specs: ['test/unit/store/fleet.killed'],
    edits: [
      [
        ATTEMPTS,
        `const reading = await shared.read();
    if (reading === undefined) return this.#alone(shared, record, request);
    if (this.#isWanted(reading.token, request)) return reading.token;
    if (this.#isPaused(record, request, { hasLock: true })) return NOT_YET;`,
        'const reading = { tokenText: undefined };',
      ],
    ],
  },
  {
    name: 'no lease check',
    specs: ['test/unit/store/fleet.killed'],
    edits: [[ATTEMPTS, 'clock.monotonicNow() >= untilMs', 'false']],
  },
  {
    name: 'the outcome is written after it is told',
    specs: ['test/unit/store/fleet.killed'],
    edits: [
      [
        ATTEMPTS,
        'await shared.enter((log) => settle(',
        'void shared.enter((log) => settle(',
      ],
      [
        ATTEMPTS,
        '(await shared.writeToken(token, replaces, renewedFor(unauthorized)))',
        '(void shared.writeToken(token, replaces, renewedFor(unauthorized)), token)',
      ],
    ],
  },
  {
    name: 'no note',
    specs: ['test/unit/store/fleet.refused'],
    edits: [[ATTEMPTS, NOTE, '']],
  },
  {
    name: 'a note after sending',
    specs: ['test/unit/store/fleet.refused'],
    edits: [
      [ATTEMPTS, NOTE, ''],
      [
        ATTEMPTS,
        `      return NOT_YET;
    }
    return alone.make(`,
        `      return NOT_YET;
    }
    setImmediate(() => void shared.enter((log) => note(log, attempt)));
    return alone.make(`,
      ],
    ],
  },
  {
    name: 'three abandoned attempts are waived',
    specs: ['test/unit/store/fleet.killed'],
    edits: [
      [ATTEMPT, 'FIRST_ABANDONED_TO_HOLD = 3', 'FIRST_ABANDONED_TO_HOLD = 4'],
    ],
  },
  {
    name: 'no abandoned attempt is waived',
    specs: ['test/unit/store/fleet.killed'],
    edits: [
      [ATTEMPT, 'FIRST_ABANDONED_TO_HOLD = 3', 'FIRST_ABANDONED_TO_HOLD = 1'],
    ],
  },
  {
    name: 'a log that ends with its hold',
    specs: ['test/unit/store/fleet.refused'],
    edits: [[LOG, 'return lastMoment + BAN_MS', 'return lastMoment']],
  },
  {
    name: 'one ladder for all failures',
    specs: ['test/unit/store/fleet.outage'],
    edits: [
      [
        LOG,
        "outcome.type === 'failed' ? others",
        "outcome.type === 'failed' ? entered('refused', heardAt)",
      ],
    ],
  },
  {
    name: 'late answers are dropped',
    specs: ['test/unit/store/fleet.refused'],
    edits: [
      [
        SENDER,
        'void this.#listen(record, attempt, answer, listening, onOutcome)',
        'void answer.catch(() => {})',
      ],
    ],
  },
  {
    name: 'time-outs count at once',
    specs: ['test/unit/store/fleet.outage'],
    edits: [
      [LOG, "entered('unanswered', null)", "entered('refused', heardAt)"],
    ],
  },
  {
    name: 'no merge after a flush',
    specs: ['test/unit/store/fleet.refused'],
    edits: [
      [
        CREDENTIAL,
        'return merge(log, this.#record.log, this.#parts.clock.monotonicNow());',
        'return log;',
      ],
    ],
  },
  {
    name: 'no compare on write and no notAfter',
    specs: ['test/unit/store/fleet.forged'],
    edits: [[STORE, `now > notAfter || ${COMPARE}`, 'false']],
  },
  {
    name: 'no compare on write',
    specs: ['test/unit/testing/store'],
    edits: [[STORE, ` || ${COMPARE}`, '']],
  },
  {
    name: 'no notAfter',
    specs: ['test/unit/testing/store'],
    edits: [[STORE, `now > notAfter || ${COMPARE}`, COMPARE]],
  },
  {
    name: 'waiting at birth by time in place of looks',
    specs: ['test/unit/store/fleet.store-outage'],
    edits: [
      [
        ACCESS,
        'for (let looksLeft = LOOKS; looksLeft > 0; looksLeft -= 1) {',
        'const looksLeft = LOOKS;\n    const endMs = this.#clock.monotonicNow() + LOOKS * LOOK_AFTER_MS;\n    while (this.#clock.monotonicNow() < endMs) {',
      ],
    ],
  },
  {
    name: 'no wait at birth',
    specs: ['test/unit/store/fleet.store-outage'],
    edits: [[ACCESS, 'await abortable(this.#birth, signal);', '']],
  },
  {
    name: 'a first answer as quick as any other',
    specs: ['test/unit/store/store-access'],
    edits: [[ACCESS, 'this.#firstLimitMs = looksLeft * LOOK_TAKES_MS;', '']],
  },
  {
    name: 'a shutdown that does not wait until the lock is free',
    specs: ['test/unit/store/shut-down'],
    edits: [[ATTEMPTS, 'if (this.#isClosed) await returned;', '']],
  },
  {
    name: 'one write only, though the clock of the store was set',
    specs: ['test/unit/store/odd-stores'],
    edits: [
      [
        'lib/store/shared-credential.ts',
        'before = there.tokenText;',
        'if (there.tokenText === before) return token;\n      before = there.tokenText;',
      ],
    ],
  },
  {
    name: 'a hold that stops reading',
    specs: ['test/unit/store/fleet.sharing'],
    edits: [[ATTEMPTS, 'const mayBeLifted =', 'const mayBeLifted = false &&']],
  },
  {
    name: 'a refused pair is used again, its hold over',
    specs: ['test/unit/store/fleet.lifetime'],
    edits: [[ATTEMPTS, 'mayHaveAnother && wasRefused(log)', 'false']],
  },
];
