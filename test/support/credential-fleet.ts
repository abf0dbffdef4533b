import fc from 'fast-check';

import type { AttemptNote } from '../../lib/credential/attempt.js';
import {
  type AttemptLog,
  type AttemptOutcome,
  heldUntil,
  merge,
  NO_ATTEMPTS,
  note,
  settle,
  shifted,
  waiveHolds,
} from '../../lib/credential/attempt-log.js';

const MINUTE = 60_000;
const TEN_MINUTES = 10 * MINUTE;
const ATTEMPT_MS = 4_000;
const LEASE_MS = 5_000;
const LATE_MS = 30_000;
const REPLICAS = 3;

/** What the endpoint does with an attempt. `silence`: it never reaches the endpoint. */
export type Fate =
  'refuse' | 'accept' | 'throttle' | 'ban' | 'fail' | 'silence';

/** What happens next in a fleet. Times are in milliseconds. */
export type Step =
  | { readonly type: 'wait'; readonly ms: number }
  /** Waits until the replica's view holds nothing back, and then sends. */
  | {
      readonly type: 'send' | 'send-when-permitted';
      readonly replica: number;
      readonly fate: Fate;
      /** How long the answer takes; more than the attempt may: it comes late. */
      readonly answerMs: number;
      /** The process is killed before it hears the answer. */
      readonly isKilled: boolean;
      /** The process stands still, and does not even enter that time is up. */
      readonly isFrozen: boolean;
    }
  | { readonly type: 'reset' | 'restart'; readonly replica: number }
  | { readonly type: 'flush' };

const replica = fc.nat({ max: REPLICAS - 1 });

/** Any course of events; in half of them most attempts are refused, as with a wrong secret. */
export function anyCourse(): fc.Arbitrary<readonly Step[]> {
  const fates = fc.constantFrom<Fate>(
    'refuse',
    'accept',
    'throttle',
    'ban',
    'fail',
    'silence',
  );
  return fc.oneof(courseWith(fates), courseWith(mostly('refuse', fates)));
}

function mostly(fate: Fate, others: fc.Arbitrary<Fate>): fc.Arbitrary<Fate> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(fate) },
    { weight: 1, arbitrary: others },
  );
}

function courseWith(fate: fc.Arbitrary<Fate>): fc.Arbitrary<readonly Step[]> {
  const rarely = fc.integer({ min: 0, max: 3 }).map((n) => n === 0);
  const send = fc.record({
    type: fc.constantFrom(
      'send',
      'send-when-permitted',
      'send-when-permitted',
      'send-when-permitted',
    ),
    replica,
    fate,
    answerMs: fc.oneof(
      fc.integer({ min: 1, max: ATTEMPT_MS }),
      fc.integer({ min: 1, max: LATE_MS }),
    ),
    isKilled: rarely,
    isFrozen: rarely,
  });
  const wait = fc.record({
    type: fc.constant('wait'),
    ms: fc.oneof(
      fc.nat({ max: 2 * MINUTE }),
      fc.nat({ max: 12 * MINUTE }),
      fc.constantFrom(LEASE_MS, LATE_MS, MINUTE, TEN_MINUTES),
    ),
  });
  const rest = fc.oneof(
    fc.record({ type: fc.constantFrom('reset', 'restart'), replica }),
    fc.record({ type: fc.constant('flush') }),
  );
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: send },
      { weight: 1, arbitrary: wait },
      { weight: 1, arbitrary: rest },
    ) as fc.Arbitrary<Step>,
    { minLength: 5, maxLength: 40, size: 'max' },
  );
}

/** A process, with a clock of its own. */
interface Replica {
  /** How far its clock is ahead of the store's. */
  readonly aheadMs: number;
  readonly mine: Set<string>;
  /** What it knows, by its own clock. */
  log: AttemptLog;
}

/** An attempt that was sent. Times are by the store's clock, which is the endpoint's, too. */
interface Sent {
  readonly note: AttemptNote;
  readonly fate: Fate;
  /** When the endpoint counts it: as late as it can be. */
  readonly arrivesAt: number;
  /** How many refusals the endpoint had counted in the ten minutes before it was sent. */
  readonly countedBefore: number;
}

interface Later {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Replicas that share one credential through a store, as the protocol has them do it: under a lock, noted before sent.
 *
 * A flush loses the lock and what no process remembers; those that live write back what they know.
 */
export class CredentialFleet {
  readonly sent: Sent[] = [];

  #now = 0;
  #shared: AttemptLog = NO_ATTEMPTS;
  #lockedUntil = 0;
  #lockOwner: string | undefined;
  #replicas: Replica[];
  #later: Later[] = [];
  /** Attempts that everybody has forgotten, and nobody could have known. */
  readonly #forgotten = new Set<string>();

  constructor(aheadMs: readonly number[]) {
    this.#replicas = aheadMs.map((aheadMs) => born(aheadMs));
  }

  /** The attempts that were sent although the endpoint had counted four in ten minutes. */
  get fifths(): readonly Sent[] {
    return this.sent.filter(({ countedBefore }) => countedBefore >= 4);
  }

  run(course: readonly Step[]): this {
    for (const step of course) this.#do(step);
    this.#pass(LATE_MS);
    return this;
  }

  #do(step: Step): void {
    switch (step.type) {
      case 'wait':
        return this.#pass(step.ms);
      case 'send':
        return this.#send(step);
      case 'send-when-permitted':
        return this.#sendWhenPermitted(step);
      case 'restart':
        return this.#restart(step.replica);
      case 'reset': {
        const replica = this.#replica(step.replica);
        return this.#enter(replica, (log, now) => waiveHolds(log, now));
      }
      case 'flush':
        return this.#flush();
    }
  }

  #pass(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      this.#now = next.at;
      this.#later = this.#later.filter((later) => later !== next);
      next.run();
    }
    this.#now = end;
  }

  #due(end: number): Later | undefined {
    return this.#later
      .filter(({ at }) => at <= end)
      .toSorted((a, b) => a.at - b.at)[0];
  }

  #sendWhenPermitted(step: Extract<Step, { fate: Fate }>): void {
    this.#pass(Math.max(0, this.#lockedUntil - this.#now));
    const replica = this.#replica(step.replica);
    const now = this.#now + replica.aheadMs;
    const until = Math.max(now, ...this.#holdsOf(replica));
    this.#pass(until - now);
    this.#send(step);
  }

  #holdsOf(replica: Replica): number[] {
    this.#enter(replica, (log) => log);
    const owns = (id: string) => replica.mine.has(id);
    return Object.values(
      heldUntil(replica.log, this.#now + replica.aheadMs, {
        owns,
        hasLock: true,
      }),
    );
  }

  #send({
    replica: index,
    fate,
    answerMs,
    isKilled,
    isFrozen,
  }: Extract<Step, { fate: Fate }>): void {
    const replica = this.#replica(index);
    if (this.#now < this.#lockedUntil) return;
    if (this.#holdsOf(replica).length > 0) return;
    const sentAt = this.#now;
    const at = sentAt + replica.aheadMs;
    const attempt = {
      id: `${this.sent.length}`,
      at,
      leaseUntil: at + LEASE_MS,
    };
    this.#lockedUntil = sentAt + LEASE_MS;
    this.#lockOwner = attempt.id;
    replica.mine.add(attempt.id);
    this.#enter(replica, (log) => note(log, attempt));
    this.sent.push({
      note: attempt,
      fate,
      arrivesAt: sentAt + (isKilled ? LATE_MS : answerMs),
      countedBefore: this.#countedBy(sentAt),
    });
    if (isKilled) return this.#restart(index);
    const isLate = answerMs > ATTEMPT_MS || fate === 'silence';
    if (isLate && !isFrozen)
      this.#after(ATTEMPT_MS, () =>
        this.#settle(replica, attempt, { type: 'unanswered', pauseMs: 1_000 }),
      );
    const outcome = OUTCOMES[fate];
    if (outcome === undefined || (isLate && outcome.type === 'failed'))
      this.#after(LATE_MS, () =>
        this.#settle(replica, attempt, { type: 'silent' }),
      );
    else this.#after(answerMs, () => this.#settle(replica, attempt, outcome));
  }

  /** Refused attempts that arrived within the last ten minutes; those on their way count as well. */
  #countedBy(now: number): number {
    return this.sent.filter(
      ({ note, fate, arrivesAt }) =>
        fate === 'refuse' &&
        arrivesAt + TEN_MINUTES > now &&
        !this.#forgotten.has(note.id),
    ).length;
  }

  #settle(
    replica: Replica,
    attempt: AttemptNote,
    outcome: AttemptOutcome,
  ): void {
    if (!this.#replicas.includes(replica)) return;
    this.#enter(replica, (log, now) => settle(log, attempt, outcome, now));
    if (outcome.type === 'refused') this.#forgotten.delete(attempt.id);
    if (this.#lockOwner === attempt.id) this.#lockedUntil = this.#now;
  }

  /** Reads the shared log, adds what this process knows, changes it and writes it back. */
  #enter(
    replica: Replica,
    change: (log: AttemptLog, now: number) => AttemptLog,
  ): void {
    const { aheadMs } = replica;
    const now = this.#now + aheadMs;
    const read = shifted(this.#shared, aheadMs, now);
    replica.log = wire(change(merge(read, replica.log, now), now));
    this.#shared = shifted(replica.log, -aheadMs, this.#now);
  }

  #after(ms: number, run: () => void): void {
    this.#later.push({ at: this.#now + ms, run });
  }

  #restart(index: number): void {
    const before = this.#replica(index);
    // What a process knew dies with it; what it has entered is in the store.
    this.#replicas = this.#replicas.map((replica) =>
      replica === before ? born(before.aheadMs + 7) : replica,
    );
  }

  #flush(): void {
    const remembered = new Set(
      this.#replicas
        .flatMap(({ log }) => log.attempts)
        .filter(({ state }) => state === 'refused')
        .map(({ id }) => id),
    );
    for (const { note } of this.sent)
      if (!remembered.has(note.id)) this.#forgotten.add(note.id);
    this.#shared = NO_ATTEMPTS;
    this.#lockedUntil = this.#now;
    for (const replica of this.#replicas) this.#enter(replica, (log) => log);
  }

  #replica(index: number): Replica {
    return this.#replicas[index % this.#replicas.length]!;
  }
}

const OUTCOMES: Record<Fate, AttemptOutcome | undefined> = {
  refuse: { type: 'refused' },
  accept: { type: 'accepted' },
  throttle: { type: 'throttled', retryAfterMs: 2_000 },
  ban: { type: 'throttled', retryAfterMs: TEN_MINUTES },
  fail: { type: 'failed', pauseMs: 1_000 },
  silence: undefined,
};

function born(aheadMs: number): Replica {
  return { aheadMs, mine: new Set(), log: NO_ATTEMPTS };
}

/** A log as a store gives it back. */
function wire(log: AttemptLog): AttemptLog {
  return JSON.parse(JSON.stringify(log));
}
