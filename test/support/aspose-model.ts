import type {
  TokenRequest,
  TokenResponse,
} from '../../lib/client-credentials/token-transport.js';
import type { TokenClock } from '../../lib/token/token-clock.js';
import { granted, json, refused } from './token-tower.js';

const TEN_MINUTES = 600_000;
const BANNED_AFTER = 5;

/** What the endpoint does with a request, and how many milliseconds that takes. */
export interface Treatment {
  readonly kind: 'grant' | 'refuse' | 'fail' | 'throttle' | 'hang';
  readonly afterMs?: number;
}

/** A token request as the endpoint saw it. Times are in milliseconds of the clock that is turned. */
export interface SeenRequest {
  readonly at: number;
  readonly secret: string;
  answered?: Treatment['kind'] | 'banned';
}

/** A token that the endpoint issued. */
export interface IssuedToken {
  readonly secret: string;
  readonly requestedAt: number;
  readonly endsAt: number;
  isRevoked: boolean;
}

/** A token endpoint that counts refusals for each secret as Aspose does, and bans what it has refused five times in ten minutes. */
export class AsposeModel {
  readonly requests: SeenRequest[] = [];
  readonly issued = new Map<string, IssuedToken>();
  /** The secrets that get a token. */
  readonly secrets = new Set(['secret']);
  lifetimeSeconds = 3600;
  /** How requests are treated, right secret or not. */
  treat: (number: number) => Treatment = () => ({ kind: 'grant' });
  readonly #clock: TokenClock;
  readonly #refusals = new Map<string, number[]>();
  readonly #bans: { readonly secret: string; readonly at: number }[] = [];

  constructor(clock: TokenClock) {
    this.#clock = clock;
  }

  /** How often it banned a secret. */
  get bans(): number {
    return this.#bans.length;
  }

  /** The most refusals of one secret in any ten minutes. */
  get mostRefusals(): number {
    const windows = [...this.#refusals.values()].flatMap((moments) =>
      moments.map(
        (start) =>
          moments.filter((at) => at >= start && at < start + TEN_MINUTES)
            .length,
      ),
    );
    return Math.max(0, ...windows);
  }

  /** How often it refused a secret. */
  refusalsOf(secret: string): number {
    return this.#refusals.get(secret)?.length ?? 0;
  }

  /** Has APIs answer 401 to all tokens that it issued so far. */
  revokeAll(): void {
    for (const token of this.issued.values()) token.isRevoked = true;
  }

  /** Whether an API takes a token now. */
  takes(token: string): boolean {
    const issued = this.issued.get(token);
    return (
      issued !== undefined &&
      !issued.isRevoked &&
      issued.endsAt > this.#clock.monotonicNow()
    );
  }

  /** Answers a request. It counts what it makes of it, also when nobody waits any more. */
  readonly answer = (
    { body }: TokenRequest,
    signal: AbortSignal,
  ): Promise<TokenResponse> => {
    const secret = new URLSearchParams(body).get('client_secret') ?? '';
    const request: SeenRequest = { at: this.#clock.monotonicNow(), secret };
    this.requests.push(request);
    const { kind, afterMs = 0 } = this.treat(this.requests.length);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      if (kind === 'hang') return;
      const answer = () => resolve(this.#answered(request, kind));
      if (afterMs === 0) answer();
      else this.#clock.schedule(afterMs, answer);
    });
  };

  #answered(
    request: SeenRequest,
    kind: Exclude<Treatment['kind'], 'hang'>,
  ): TokenResponse {
    const { secret } = request;
    const now = this.#clock.monotonicNow();
    const banned = this.#bans.findLast((ban) => ban.secret === secret);
    const leftMs = banned === undefined ? 0 : banned.at + TEN_MINUTES - now;
    if (leftMs > 0) {
      request.answered = 'banned';
      return json(429, {}, { 'retry-after': `${Math.ceil(leftMs / 1000)}` });
    }
    const isWrong = kind === 'grant' && !this.secrets.has(secret);
    request.answered = isWrong ? 'refuse' : kind;
    switch (request.answered) {
      case 'fail':
        return json(503, {});
      case 'throttle':
        return json(429, {}, { 'retry-after': '2' });
      case 'refuse':
        this.#count(secret, now);
        return refused();
      default:
        return this.#issue(request, now);
    }
  }

  #count(secret: string, now: number): void {
    const moments = this.#refusals.get(secret) ?? [];
    this.#refusals.set(secret, [...moments, now]);
    const since = this.#bans.findLast((ban) => ban.secret === secret)?.at;
    const counted = moments.filter(
      (at) => at > now - TEN_MINUTES && at > (since ?? -Infinity),
    );
    if (counted.length + 1 >= BANNED_AFTER)
      this.#bans.push({ secret, at: now });
  }

  #issue({ secret, at }: SeenRequest, now: number): TokenResponse {
    const token = `token-${this.issued.size + 1}`;
    const endsAt = now + this.lifetimeSeconds * 1000;
    this.issued.set(token, {
      ...{ secret, endsAt, requestedAt: at },
      isRevoked: false,
    });
    return granted(token, this.lifetimeSeconds);
  }
}
