import type { AccessToken } from '../../lib/token/access-token.js';
import { type Replica, type Replicas, replicas } from './replicas.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TICK_MS = 2 * SECOND;
/** A process is called so often. */
const CALL_EVERY_MS = 10 * SECOND;
/** A process lives for so long on average. */
const LIFE_MS = 6 * HOUR;
const API = 'https://api.aspose.cloud';

/** What happens in the day, from when to when, in hours. */
export interface Happening {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What there was between two moments. */
export interface Stretch extends Happening {
  readonly requests: number;
  readonly refusals: number;
  readonly calls: number;
  readonly failed: number;
  readonly longestMs: number;
}

/** A day of a fleet. */
export interface FleetDay {
  readonly processes: number;
  readonly started: number;
  readonly stretches: readonly Stretch[];
  /** When token requests were made and what came of them, in hours. */
  readonly requests: readonly { at: number; isRefused: boolean }[];
  readonly mostRefusals: number;
  readonly bans: number;
  /** How many calls got a token that had ended. */
  readonly ended: number;
}

/** The day. Between these, nothing goes wrong but processes that end and are started anew. */
export const HAPPENINGS: readonly Happening[] = [
  { name: 'the token endpoint fails', from: 3, to: 3 + 5 / 60 },
  { name: 'the token endpoint hangs', from: 5, to: 5 + 5 / 60 },
  { name: 'the secret is rotated', from: 7, to: 8 },
  { name: 'all processes are replaced', from: 9, to: 9 + 10 / 60 },
  { name: 'the store is away', from: 11, to: 11 + 1 / 60 },
  { name: 'the store comes and goes', from: 13, to: 14 },
  { name: 'the store is cleared', from: 15, to: 15 + 5 / 60 },
  { name: 'the secret is wrong', from: 17, to: 18 },
  { name: 'the token is revoked', from: 20, to: 20 + 5 / 60 },
];

/** Plays a day, 24 hours of a clock that is turned. */
export async function playFleetDay(
  processes: number,
  random: () => number,
): Promise<FleetDay> {
  const day = new Day(processes, random);
  return day.play();
}

class Day {
  readonly #random: () => number;
  readonly #processes: number;
  readonly #fleet: Replicas;
  readonly #slots: (Replica | undefined)[];
  readonly #startsAt: number[];
  readonly #vault = { secret: 'secret' };
  readonly #stretches: Stretch[] = [];
  #started = 0;
  #ended = 0;
  #calls = 0;
  #failed = 0;
  #longestMs = 0;

  constructor(processes: number, random: () => number) {
    this.#processes = processes;
    this.#random = random;
    const credentials = () => ({
      clientId: 'client',
      clientSecret: this.#vault.secret,
    });
    this.#fleet = replicas(0, { credentials });
    this.#slots = Array.from({ length: processes }, () => undefined);
    this.#startsAt = Array.from({ length: processes }, () => 0);
  }

  async play(): Promise<FleetDay> {
    let at = 0;
    for (const happening of HAPPENINGS) {
      await this.#stretch({ name: '', from: at, to: happening.from });
      await this.#stretch(happening);
      at = happening.to;
    }
    await this.#stretch({ name: '', from: at, to: 24 });
    const { aspose } = this.#fleet;
    return {
      processes: this.#processes,
      started: this.#started,
      stretches: this.#stretches,
      requests: aspose.requests.map(({ at: ms, answered }) => ({
        at: ms / HOUR,
        isRefused: answered === 'refuse',
      })),
      mostRefusals: aspose.mostRefusals,
      bans: aspose.bans,
      ended: this.#ended,
    };
  }

  async #stretch(happening: Happening): Promise<void> {
    const { clock, aspose } = this.#fleet;
    const refusals = () =>
      aspose.refusalsOf('secret') + aspose.refusalsOf('rotated');
    const before = { requests: aspose.requests.length, refusals: refusals() };
    this.#calls = this.#failed = this.#longestMs = 0;
    this.#begin(happening.name);
    for (
      let now = clock.monotonicNow();
      now < happening.to * HOUR;
      now = clock.monotonicNow()
    ) {
      this.#goOn(happening, now);
      this.#restart(now);
      this.#call(now);
      await clock.advance(TICK_MS);
    }
    this.#end(happening.name);
    this.#stretches.push({
      ...happening,
      requests: aspose.requests.length - before.requests,
      refusals: refusals() - before.refusals,
      calls: this.#calls,
      failed: this.#failed,
      longestMs: this.#longestMs,
    });
  }

  #begin(name: string): void {
    const { aspose, store } = this.#fleet;
    switch (name) {
      case 'the token endpoint fails':
        aspose.treat = () => ({ kind: 'fail' });
        return;
      case 'the token endpoint hangs':
        aspose.treat = () => ({ kind: 'hang' });
        return;
      case 'the secret is rotated':
        this.#vault.secret = 'rotated';
        aspose.secrets.clear();
        aspose.secrets.add('rotated');
        return;
      case 'the store is away':
        store.fault = 'hang';
        return;
      case 'the store is cleared':
        return store.clear();
      case 'the secret is wrong':
        aspose.secrets.clear();
        return aspose.revokeAll();
      case 'the token is revoked':
        return aspose.revokeAll();
    }
  }

  #end(name: string): void {
    const { aspose, store } = this.#fleet;
    aspose.treat = () => ({ kind: 'grant', afterMs: 200 });
    store.fault = undefined;
    if (name === 'the secret is wrong') aspose.secrets.add('rotated');
  }

  #goOn({ name, from, to }: Happening, now: number): void {
    if (name === 'the store comes and goes')
      this.#fleet.store.fault = now % MINUTE < 5 * SECOND ? 'fail' : undefined;
    if (name !== 'all processes are replaced') return;
    const share = TICK_MS / ((to - from) * HOUR);
    const first = Math.floor(
      ((now - from * HOUR) / TICK_MS) * share * this.#processes,
    );
    const many = Math.ceil(share * this.#processes);
    for (let slot = first; slot < first + many; slot += 1)
      if (slot < this.#processes) this.#stop(slot, now);
  }

  /** Half of them are killed, the others shut down. They are back after 5 to 15 s. */
  #restart(now: number): void {
    for (const [slot, replica] of this.#slots.entries())
      if (replica === undefined) {
        if (now >= this.#startsAt[slot]!) this.#slots[slot] = this.#start();
      } else if (this.#random() < TICK_MS / LIFE_MS) this.#stop(slot, now);
  }

  #start(): Replica {
    this.#started += 1;
    const replica = this.#fleet.start(
      {},
      {
        ahead: {
          monotonicMs: this.#random() * 1_000 * HOUR,
          wallMs: (this.#random() - 0.5) * 10 * MINUTE,
        },
      },
    );
    this.#fleet.towers.length = 0;
    return replica;
  }

  #stop(slot: number, now: number): void {
    const replica = this.#slots[slot];
    if (replica === undefined) return;
    if (this.#random() < 0.5) replica.life.kill();
    else replica.tokens.close();
    this.#slots[slot] = undefined;
    this.#startsAt[slot] = now + (5 + this.#random() * 10) * SECOND;
  }

  #call(now: number): void {
    const turns = CALL_EVERY_MS / TICK_MS;
    for (
      let slot = (now / TICK_MS) % turns;
      slot < this.#processes;
      slot += turns
    ) {
      const replica = this.#slots[slot];
      if (replica !== undefined) this.#callOne(replica);
    }
  }

  /** As an API call goes: a token that is answered 401 is reported, and the call made again with another one. */
  #callOne(replica: Replica): void {
    const { aspose, clock } = this.#fleet;
    const startedAt = clock.monotonicNow();
    this.#calls += 1;
    const settle = (isServed: boolean) => {
      this.#longestMs = Math.max(
        this.#longestMs,
        clock.monotonicNow() - startedAt,
      );
      if (!isServed && !replica.life.isKilled && !isClosed(replica))
        this.#failed += 1;
    };
    const fail = () => settle(false);
    const judge = (token: AccessToken) => {
      const issued = aspose.issued.get(token.value);
      if (issued === undefined || issued.endsAt <= clock.monotonicNow())
        this.#ended += 1;
      settle(aspose.takes(token.value));
    };
    const serve = (token: AccessToken) => {
      if (aspose.takes(token.value)) return judge(token);
      const unauthorized = { token, origin: API };
      replica.tokens.getToken({ unauthorized }).then(judge, fail);
    };
    replica.tokens.getToken().then(serve, fail);
  }
}

function isClosed({ tokens }: Replica): boolean {
  return tokens.hold()?.reason === 'closed';
}
