import fc from 'fast-check';

import { ClientCredentials } from '../../lib/credential/client-credentials.js';
import { TokenCipher } from '../../lib/store/token-cipher.js';
import type { AccessToken } from '../../lib/token/access-token.js';
import type { Treatment } from './aspose-model.js';
import type { ClocksAhead } from './process-clock.js';
import { type Replica, type Replicas, replicas } from './replicas.js';

const MINUTE = 60_000;
const ATTEMPT_MS = 4_000;
const LEASE_MS = 5_000;
const LATE_MS = 30_000;
const FLIGHT_MS = 10_000;
const REPLICAS = 3;
const API = 'https://api.aspose.cloud';
const TOKEN_URL = 'https://api.aspose.cloud/connect/token';

/** A step of a process at which it may be killed or stopped. */
const PROCESS_STEPS = [
  'before read log',
  'after read log',
  'after take lock',
  'before write log',
  'after write log',
  'before send',
  'after send',
  'before write token',
  'after write token',
  'before give back lock',
] as const;

/** What happens next in a fleet. Times are in milliseconds. */
export type FleetStep =
  | { readonly type: 'wait'; readonly ms: number }
  | {
      readonly type: 'call';
      readonly replica: number;
      /** The token that it has is unauthorized at an API. */
      readonly isUnauthorized: boolean;
      readonly minValidityMs: number;
    }
  | { readonly type: 'treat'; readonly treatment: Treatment }
  | {
      readonly type: 'kill' | 'stop';
      readonly replica: number;
      readonly at: (typeof PROCESS_STEPS)[number];
    }
  | { readonly type: 'restart' | 'reset' | 'go on'; readonly replica: number }
  | { readonly type: 'secret'; readonly isRight: boolean }
  | { readonly type: 'revoke' | 'flush' }
  | {
      readonly type: 'store';
      readonly fault: 'fail' | 'hang' | undefined;
      readonly isConnected: boolean;
    };

const replica = fc.nat({ max: REPLICAS - 1 });
const processStep = fc.constantFrom(...PROCESS_STEPS);

/**
 * What happens besides: processes are killed or the store is cleared, since what only a dead process told goes with the store.
 * Or all of it, and the store comes and goes.
 */
export type Adversity = 'kills' | 'flushes' | 'all';

/** Any course of events. In some, most attempts are refused or hang. */
export function anyFleetCourse(
  adversity: Adversity,
): fc.Arbitrary<readonly FleetStep[]> {
  const kind = fc.constantFrom<Treatment['kind']>(
    'grant',
    'refuse',
    'fail',
    'throttle',
    'hang',
  );
  const mostly = (often: Treatment['kind']) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(often) },
      { weight: 1, arbitrary: kind },
    );
  return fc.oneof(
    courseOf(kind, adversity),
    courseOf(mostly('refuse'), adversity),
    courseOf(mostly('hang'), adversity),
  );
}

function courseOf(
  kind: fc.Arbitrary<Treatment['kind']>,
  adversity: Adversity,
): fc.Arbitrary<readonly FleetStep[]> {
  const rarely = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
  const steps: [number, fc.Arbitrary<FleetStep>][] = [
    [
      10,
      fc.record({
        type: fc.constant('call'),
        replica,
        isUnauthorized: rarely,
        minValidityMs: fc.constantFrom(0, 0, 0, 60_000, 3_600_000),
      }),
    ],
    [
      5,
      fc.record({
        type: fc.constant('treat'),
        treatment: fc.record({
          kind,
          afterMs: fc.oneof(
            fc.constant(0),
            fc.integer({ min: 1, max: ATTEMPT_MS }),
            fc.integer({ min: 1, max: LATE_MS - 1_000 }),
          ),
        }),
      }),
    ],
    [
      4,
      fc.record({
        type: fc.constant('wait'),
        ms: fc.oneof(
          fc.nat({ max: 2_000 }),
          fc.nat({ max: 2 * MINUTE }),
          fc.nat({ max: 12 * MINUTE }),
          fc.constantFrom(LEASE_MS, LATE_MS, MINUTE, 10 * MINUTE, 50 * MINUTE),
        ),
      }),
    ],
    [1, fc.record({ type: fc.constant('stop'), replica, at: processStep })],
    [
      2,
      fc.record({
        type: fc.constantFrom('reset', 'go on', 'go on'),
        replica,
      }),
    ],
    [1, fc.record({ type: fc.constant('secret'), isRight: rarely })],
    [1, fc.record({ type: fc.constant('revoke') })],
  ];
  if (adversity !== 'kills')
    steps.push([1, fc.record({ type: fc.constant('flush') })]);
  if (adversity !== 'flushes')
    steps.push(
      [2, fc.record({ type: fc.constant('kill'), replica, at: processStep })],
      [2, fc.record({ type: fc.constant('restart'), replica })],
    );
  if (adversity === 'all')
    steps.push([
      2,
      fc.record({
        type: fc.constant('store'),
        fault: fc.constantFrom('fail', 'hang', undefined, undefined),
        isConnected: fc.boolean(),
      }),
    ]);
  return fc.array(
    fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
    { minLength: 8, maxLength: 50, size: 'max' },
  );
}

/** How each of the replicas is off. */
export interface ReplicaTraits extends ClocksAhead {
  readonly storeMs: number;
}

/** How far clocks may be off, and how long a store may take to answer. */
export const anyTraits: fc.Arbitrary<readonly ReplicaTraits[]> = fc.array(
  fc.record({
    monotonicMs: fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
    wallMs: fc.integer({ min: -5 * MINUTE, max: 5 * MINUTE }),
    storeMs: fc.constantFrom(0, 0, 1, 20, 60),
  }),
  { minLength: REPLICAS, maxLength: REPLICAS },
);

/** Plays a course with the real engine, and notes what was promised and did not happen. */
export class FleetCourse {
  readonly fleet: Replicas = replicas(0);
  /** What went wrong. */
  readonly faults: string[] = [];

  readonly #traits: readonly ReplicaTraits[];
  readonly #replicas: Replica[];
  readonly #last = new Map<Replica, AccessToken>();
  readonly #treatments: Treatment[] = [];
  readonly #cipher = new TokenCipher(
    TOKEN_URL,
    new ClientCredentials({ clientId: 'client', clientSecret: 'secret' }),
  );
  readonly #wasStopped = new Set<Replica>();
  #pending = 0;
  #newestStored = -Infinity;

  constructor(traits: readonly ReplicaTraits[]) {
    this.#traits = traits;
    this.#replicas = traits.map((_, index) => this.#start(index));
    this.fleet.aspose.treat = () =>
      this.#treatments.shift() ?? { kind: 'grant' };
  }

  /** How many calls have not settled. */
  get pending(): number {
    return this.#pending;
  }

  async run(course: readonly FleetStep[]): Promise<this> {
    for (const step of course) {
      await this.#do(step);
      await this.#lookAtStore();
    }
    for (const { life } of this.#replicas) await life.goOn();
    await this.#pass(LATE_MS + FLIGHT_MS);
    await this.#lookAtStore();
    return this;
  }

  async #do(step: FleetStep): Promise<void> {
    const { aspose, store } = this.fleet;
    switch (step.type) {
      case 'wait':
        return this.#pass(step.ms);
      case 'call':
        this.#call(step);
        return this.#pass(0);
      case 'treat':
        this.#treatments.push(step.treatment);
        return;
      case 'kill':
      case 'stop': {
        const { life } = this.#replica(step.replica);
        life.once(step.at, () =>
          step.type === 'kill' ? life.kill() : life.stop(),
        );
        return;
      }
      case 'go on':
        return this.#replica(step.replica).life.goOn();
      case 'restart':
        this.#replica(step.replica).life.kill();
        this.#replicas[step.replica] = this.#start(step.replica);
        return;
      case 'reset':
        this.#replica(step.replica).tokens.reset();
        return this.#pass(0);
      case 'secret':
        if (step.isRight) aspose.secrets.add('secret');
        else aspose.secrets.delete('secret');
        return;
      case 'revoke':
        return aspose.revokeAll();
      case 'flush':
        return this.#flush();
      case 'store':
        store.fault = step.fault;
        store.readiness = step.isConnected ? 'ready' : 'down';
    }
  }

  /** What a process has not read is lost with the store, unless who knows it reads first. Here, all have read all. */
  async #flush(): Promise<void> {
    const { requests } = this.fleet.aspose;
    await this.#pass(LATE_MS + FLIGHT_MS);
    const haveAllRead = (known: number) =>
      known === requests.length &&
      !this.#replicas.some(({ life }) => life.isStopped);
    for (let known = -1; !haveAllRead(known);) {
      known = requests.length;
      for (const replica of this.#replicas) {
        await replica.life.goOn();
        if (replica.life.isKilled) continue;
        this.#call({ replica: this.#replicas.indexOf(replica) });
        await this.#pass(2 * FLIGHT_MS);
      }
    }
    this.fleet.store.clear();
    this.#newestStored = -Infinity;
  }

  #call({
    replica: index,
    isUnauthorized = false,
    minValidityMs = 0,
  }: {
    replica: number;
    isUnauthorized?: boolean;
    minValidityMs?: number;
  }): void {
    const replica = this.#replica(index);
    if (replica.life.isKilled) return;
    const { clock, aspose } = this.fleet;
    const startedAt = clock.monotonicNow();
    const last = this.#last.get(replica);
    const unauthorized =
      isUnauthorized && last !== undefined
        ? { unauthorized: { token: last, origin: API } }
        : {};
    this.#pending += 1;
    const settled = () => {
      this.#pending -= 1;
      const tookMs = clock.monotonicNow() - startedAt;
      if (tookMs > FLIGHT_MS + 1_000 && !this.#wasStopped.has(replica))
        this.faults.push(`a call took ${tookMs} ms`);
    };
    const serve = (token: AccessToken) => {
      settled();
      this.#last.set(replica, token);
      const { endsAt = 0 } = aspose.issued.get(token.value) ?? {};
      if (endsAt <= clock.monotonicNow())
        this.faults.push(`${token.value} was handed out and had ended`);
    };
    const fail = (error: Error & { code?: string }) => {
      settled();
      if (!error.code?.startsWith('ASPOSE_AUTH_'))
        this.faults.push(`a call failed of ${String(error)}`);
    };
    replica.tokens
      .getToken({ minValidityMs, ...unauthorized })
      .then(serve, fail);
  }

  /** By when it was asked for, the token in the store is never older than the one before. */
  async #lookAtStore(): Promise<void> {
    const { store, aspose } = this.fleet;
    if (store.fault !== undefined) return;
    const name = this.#cipher.nameOf('token');
    const { value } = await store.read(name);
    const text = value && this.#cipher.decrypt(name, value);
    if (!text) return;
    const { token } = JSON.parse(text) as { token: string };
    const { requestedAt = Number.NaN } = aspose.issued.get(token) ?? {};
    if (!(requestedAt >= this.#newestStored))
      this.faults.push(`${token} was written over a newer token`);
    this.#newestStored = requestedAt;
  }

  async #pass(ms: number): Promise<void> {
    await this.fleet.clock.advance(ms);
  }

  #start(index: number): Replica {
    const { storeMs, ...ahead } = this.#traits[index]!;
    const replica = this.fleet.start({}, { ahead, storeMs: () => storeMs });
    const stop = replica.life.stop.bind(replica.life);
    replica.life.stop = () => {
      this.#wasStopped.add(replica);
      stop();
    };
    return replica;
  }

  #replica(index: number): Replica {
    return this.#replicas[index]!;
  }
}
