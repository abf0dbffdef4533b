import type { AccessToken } from '../../lib/token/access-token.js';
import { buildTokenTower } from '../../lib/clients/token-tower.js';
import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import type { ClientCredentialsInput } from '../../lib/credential/client-credentials.js';
import type { TokenLayer } from '../../lib/token/token-layer.js';
import type { GetTokenOptions } from '../../lib/token/token-source.js';
import {
  type Mood,
  ModelEndpoint,
  type WireRequest,
} from './model-endpoint.js';

/** One thing that happens to a running app. Where it says `lives`, the unit is the lifetime of a token. */
export type Step =
  | {
      readonly do: 'call';
      readonly times: number;
      readonly minValidityMs?: number | undefined;
      readonly abortAfterMs?: number | undefined;
    }
  /** Calls an API, and asks for another token while the API refuses the one it was sent. */
  | {
      readonly do: 'use';
      readonly api: 'honest' | 'refuses all' | 'refuses all too';
      readonly takesMs: number;
    }
  /** One call after another. */
  | {
      readonly do: 'traffic';
      readonly calls: number;
      readonly everyMs?: number;
      readonly everyLives?: number;
      readonly minValidityMs?: number | undefined;
    }
  | { readonly do: 'pass'; readonly ms?: number; readonly lives?: number }
  | { readonly do: 'set clock'; readonly ms?: number; readonly lives?: number }
  | { readonly do: 'suspend'; readonly ms?: number; readonly lives?: number }
  | { readonly do: 'revoke' }
  /** An operator waives all holds. */
  | { readonly do: 'reset' }
  /** What the credentials function answers from now on. */
  | { readonly do: 'vault'; readonly gives: PairName | 'nothing' | 'silence' }
  /** Which pair the token endpoint accepts from now on. */
  | { readonly do: 'accept'; readonly pair: PairName };

/** A client id and secret. */
export type PairName = 'a/1' | 'a/2' | 'b/3';

/** All that happens to an app in one run. */
export interface Plan {
  /** As the endpoint states it. */
  readonly lifetimeSeconds: number;
  readonly steps: readonly Step[];
  readonly moods: readonly Mood[];
  /** Whether the credentials come from a function. */
  readonly hasVault: boolean;
  /** What the engine draws, over and over. */
  readonly draws: readonly number[];
}

/** The time, and where in the order of things: no two moments are the same. */
export interface Moment {
  readonly order: number;
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** All time that passed, or that a clock jumped forward by. A token is never older than that. */
  readonly agingMs: number;
}

/** One call of `getToken`. */
export interface RecordedCall {
  readonly options: GetTokenOptions;
  readonly startedAt: Moment;
  settledAt?: Moment;
  /** The token that was served. */
  token?: string;
  error?: unknown;
}

/** What happened. */
export interface EngineRun {
  /** What a granted lifetime comes to: at most a day. */
  readonly lifetimeMs: number;
  readonly calls: readonly RecordedCall[];
  readonly requests: readonly WireRequest<Moment>[];
  /** What `peekToken` showed after each step. */
  readonly peeks: readonly { readonly token: string; readonly at: Moment }[];
  readonly unhandled: readonly unknown[];
  /** When the credentials function first gave another client id. */
  readonly clientChangedAt: Moment | undefined;
}

/** Runs the engine through a plan, and then until every call has settled or an hour has passed. */
export async function runEngine(plan: Plan): Promise<EngineRun> {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  try {
    const app = new SimulatedApp(plan);
    for (const step of plan.steps) await app.take(step);
    await app.end();
    return { ...app.record, unhandled };
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
}

class SimulatedApp {
  readonly #clock = new ManualTokenClock();
  readonly #endpoint: ModelEndpoint<Moment>;
  readonly #tokens: TokenLayer;
  readonly #lifetimeMs: number;
  readonly #calls: RecordedCall[] = [];
  readonly #peeks: { token: string; at: Moment }[] = [];
  readonly #revoked = new Set<string>();
  #vault: PairName | 'nothing' | 'silence' = 'a/1';
  #clientChangedAt: Moment | undefined;
  #order = 0;
  #jumpedForwardMs = 0;

  constructor({ lifetimeSeconds, moods, hasVault, draws }: Plan) {
    this.#lifetimeMs = Math.min(lifetimeSeconds, 86_400) * 1000;
    this.#endpoint = new ModelEndpoint({
      clock: this.#clock,
      now: () => this.#now(),
      lifetimeSeconds,
      moods,
    });
    this.#endpoint.accepted = 'a/1';
    let drawn = 0;
    this.#tokens = buildTokenTower({
      client: 'default',
      options: resolveOptions({
        credentials: hasVault ? () => this.#askVault() : inputOf('a/1'),
      }),
      clock: this.#clock,
      memory: new CredentialMemory(this.#clock),
      transport: this.#endpoint.transport,
      onEvent: () => {},
      random: () => draws[drawn++ % draws.length] ?? 0.5,
    });
  }

  get record(): Omit<EngineRun, 'unhandled'> {
    return {
      lifetimeMs: this.#lifetimeMs,
      calls: this.#calls,
      requests: this.#endpoint.requests,
      peeks: this.#peeks,
      clientChangedAt: this.#clientChangedAt,
    };
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'call':
        for (let i = 0; i < step.times; i += 1) this.#call(step);
        break;
      case 'traffic':
        for (let i = 0; i < step.calls; i += 1) {
          void this.#getToken({ minValidityMs: step.minValidityMs });
          await this.#clock.advance(
            this.#ms({ ms: step.everyMs ?? 0, lives: step.everyLives ?? 0 }),
          );
        }
        break;
      case 'use':
        void this.#use(step.api, step.takesMs);
        break;
      case 'pass':
        await this.#clock.advance(this.#ms(step));
        break;
      case 'set clock':
        this.#jumpedForwardMs += Math.max(0, this.#ms(step));
        this.#clock.setWallClock(this.#ms(step));
        break;
      case 'suspend':
        this.#jumpedForwardMs += this.#ms(step);
        this.#clock.setWallClock(this.#ms(step));
        break;
      case 'revoke':
        for (const { token } of this.#endpoint.requests)
          if (token !== undefined) this.#revoked.add(token);
        break;
      case 'reset':
        this.#tokens.reset();
        break;
      case 'vault':
        this.#vault = step.gives;
        break;
      case 'accept':
        this.#endpoint.accepted = step.pair;
        break;
    }
    await this.#clock.advance(0);
    const peeked = this.#tokens.peekToken();
    if (peeked !== undefined)
      this.#peeks.push({ token: peeked.value, at: this.#now() });
  }

  async end(): Promise<void> {
    for (let minutes = 0; minutes < 60 && !this.#isQuiet; minutes += 1)
      await this.#clock.advance(60_000);
  }

  get #isQuiet(): boolean {
    return this.#calls.every(({ settledAt }) => settledAt !== undefined);
  }

  #call({ minValidityMs, abortAfterMs }: Extract<Step, { do: 'call' }>): void {
    const controller = new AbortController();
    const signal = abortAfterMs === undefined ? undefined : controller.signal;
    if (abortAfterMs === 0) controller.abort();
    else if (abortAfterMs !== undefined)
      this.#clock.schedule(abortAfterMs, () => controller.abort());
    void this.#getToken({ minValidityMs, signal });
  }

  async #use(api: string, takesMs: number): Promise<void> {
    let call = await this.#getToken({});
    for (let sends = 1; sends <= 3 && call.token !== undefined; sends += 1) {
      const { value } = call;
      await new Promise<void>((resolve) => {
        this.#clock.schedule(takesMs, resolve);
      });
      if (api === 'honest' && !this.#revoked.has(call.token)) return;
      const next = await this.#getToken({
        unauthorized: value && { token: value, origin: api },
      });
      if (next.token === call.token) return;
      call = next;
    }
  }

  async #getToken(
    options: GetTokenOptions,
  ): Promise<RecordedCall & { value?: AccessToken }> {
    const call: RecordedCall = { options, startedAt: this.#now() };
    this.#calls.push(call);
    try {
      const value = await this.#tokens.getToken(
        Object.values(options).every((option) => option === undefined)
          ? undefined
          : options,
      );
      call.token = value.value;
      return { ...call, value };
    } catch (error) {
      call.error = error;
      return call;
    } finally {
      call.settledAt = this.#now();
    }
  }

  #askVault(): Promise<ClientCredentialsInput> {
    const answer = this.#vault;
    if (answer === 'nothing') return Promise.reject(new Error('sealed'));
    if (answer === 'silence') return new Promise(() => {});
    if (answer === 'b/3') this.#clientChangedAt ??= this.#now();
    return Promise.resolve(inputOf(answer));
  }

  #now(): Moment {
    const { monotonicMs, wallMs } = this.#clock.read();
    this.#order += 1;
    return {
      order: this.#order,
      monotonicMs,
      wallMs,
      agingMs: monotonicMs + this.#jumpedForwardMs,
    };
  }

  #ms({ ms = 0, lives = 0 }: { ms?: number; lives?: number }): number {
    return ms + Math.round(lives * this.#lifetimeMs);
  }
}

function inputOf(pair: PairName): ClientCredentialsInput {
  const [clientId = '', clientSecret = ''] = pair.split('/');
  return { clientId, clientSecret };
}
