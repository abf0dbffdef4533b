import type { AccessToken } from '../../lib/token/access-token.js';
import type { GetTokenOptions } from '../../lib/token/token-source.js';
import type { Replica, Replicas } from './replicas.js';

/** A call that was served or failed. Times are in milliseconds. */
export interface SettledCall {
  readonly replica: Replica;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly token?: AccessToken;
  readonly error?: Error & { readonly code?: string };
}

/** Calls that processes got, and what became of them. */
export class FleetLoad {
  readonly settled: SettledCall[] = [];
  readonly #fleet: Replicas;
  #pending = 0;
  #ended = 0;

  constructor(fleet: Replicas) {
    this.#fleet = fleet;
  }

  /** How many calls have not settled; those of killed processes never do. */
  get pending(): number {
    return this.#pending;
  }

  get served(): readonly SettledCall[] {
    return this.settled.filter(({ token }) => token !== undefined);
  }

  get failed(): readonly SettledCall[] {
    return this.settled.filter(({ error }) => error !== undefined);
  }

  /** The tokens that calls were served with. */
  get tokens(): ReadonlySet<string> {
    return new Set(this.served.map(({ token }) => token!.value));
  }

  /** How long the longest call took. */
  get longestMs(): number {
    return Math.max(0, ...this.settled.map(({ tookMs }) => tookMs));
  }

  /** How many calls were served with a token that had ended or was none. */
  get ended(): number {
    return this.#ended;
  }

  /** Calls a process; one that was killed hears nothing of it. */
  call(replica: Replica, options?: GetTokenOptions): void {
    if (replica.life.isKilled) return;
    const { clock, aspose } = this.#fleet;
    const startedAt = clock.monotonicNow();
    const settle = (outcome: Pick<SettledCall, 'token' | 'error'>) => {
      this.#pending -= 1;
      const tookMs = clock.monotonicNow() - startedAt;
      this.settled.push({ replica, startedAt, tookMs, ...outcome });
    };
    this.#pending += 1;
    const serve = (token: AccessToken) => {
      settle({ token });
      const { endsAt = 0 } = aspose.issued.get(token.value) ?? {};
      if (endsAt <= clock.monotonicNow()) this.#ended += 1;
    };
    replica.tokens
      .getToken(options)
      .then(serve, (error: Error) => settle({ error }));
  }

  /** Calls every process once. */
  callAll(options?: GetTokenOptions): void {
    for (const replica of this.#fleet.towers) this.call(replica, options);
  }

  /** Calls every process again and again while time passes. */
  async keepCalling(
    forMs: number,
    everyMs: number,
    meanwhile?: (passedMs: number) => unknown,
  ): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
      await meanwhile?.(passedMs);
      this.callAll();
      await this.#fleet.clock.advance(everyMs);
    }
  }
}
