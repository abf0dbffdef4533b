import {
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import { sumOf } from '../token/acquisitions.js';
import type { TokenClock } from '../token/token-clock.js';
import type { ExplainedAcquisitions } from '../token/token-explanation.js';
import { CLOSED, heldBack } from '../token/token-hold.js';
import type { TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions } from '../token/token-source.js';
import type { TenantLimits } from './tenant-settings.js';

/** The token layers of one tenant. */
export interface TenantTower extends TokenLayer {
  /** Whether a token request is being made. */
  readonly isRefreshing: boolean;
  /** How many tokens were handed out, by where they came from. */
  readonly acquisitions: ExplainedAcquisitions;
  /** The token that `getToken` would resolve with at once; undefined if there is more to do. */
  freshToken(options?: GetTokenOptions): AccessToken | undefined;
}

interface Entry {
  readonly tower: TenantTower;
  usedAtMs: number;
  /** Whether credentials were found. Until then it may be anybody. */
  isKnown: boolean;
}

const UNKNOWN_FOR_MS = 30_000;
const MAX_UNKNOWN = 1_000;
const MAX_LEAVING = 1_000;
const RETRY_AFTER_MS = 1_000;

/**
 * Keeps a tower for each tenant that is in use: a bounded number of them, made when they are first asked.
 *
 * One that is fetching a token stays, and none makes room for a stranger. What a tenant's credentials came to outlives its
 * tower, which hears what is on its way before it ends.
 */
export class TenantTowers {
  readonly #limits: TenantLimits;
  readonly #clock: TokenClock;
  readonly #build: (tenant: string) => TenantTower;
  /** The one used last comes last. */
  readonly #entries = new Map<string, Entry>();
  /** Until when a tenant counts as unknown, by its id. */
  readonly #unknown = new Map<string, number>();
  /** Towers of no tenant any more, to be closed once nothing is on its way. */
  readonly #leaving = new Set<TenantTower>();
  #last: Entry | undefined;
  /** What towers that have ended handed out. */
  #handedOut = sumOf([]);
  #isClosed = false;
  /**
   * Before then no tenant is idle. The one used longest ago is not looked up by every call: a `Map` takes the longer to find its
   * first entry, the more of them have moved to its end.
   */
  #nextIdleAtMs = -Infinity;

  constructor(
    limits: TenantLimits,
    clock: TokenClock,
    build: (tenant: string) => TenantTower,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#build = build;
  }

  /** How many tenants have a tower. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many tokens were handed out to all tenants, those included who have no tower any more. */
  get acquisitions(): ExplainedAcquisitions {
    const towers = [
      ...[...this.#entries.values()].map(({ tower }) => tower),
      ...this.#leaving,
    ];
    return sumOf([
      this.#handedOut,
      ...towers.map(({ acquisitions }) => acquisitions),
    ]);
  }

  /** The tower of a tenant, if it has one. */
  peek(tenant: string): TenantTower | undefined {
    return this.#entries.get(tenant)?.tower;
  }

  /**
   * Returns the tower of a tenant.
   *
   * @throws {TokenUnavailableError} when the tenant is unknown, when too many others are fetching tokens, or when all is closed and
   * the tenant has none.
   */
  use(tenant: string): TenantTower {
    const usedAtMs = this.#clock.monotonicNow();
    if (usedAtMs >= this.#nextIdleAtMs) this.#dropIdle(usedAtMs);
    if (this.#leaving.size > 0) this.#closeLeaving();
    const entry = this.#entries.get(tenant) ?? this.#make(tenant, usedAtMs);
    entry.usedAtMs = usedAtMs;
    if (entry !== this.#last) {
      this.#entries.delete(tenant);
      this.#entries.set(tenant, entry);
      this.#last = entry;
    }
    return entry.tower;
  }

  /**
   * Counts a tenant as known from now on: others make room for it.
   *
   * @param tower - the one whose tenant has credentials.
   */
  admit(tenant: string, tower: TenantTower): void {
    const entry = this.#entries.get(tenant);
    if (entry?.tower !== tower || entry.isKnown) return;
    entry.isKnown = true;
    this.#makeRoom();
  }

  /**
   * Counts a tenant as unknown for a while, unless it was forgotten since: then it may be known now. Its tower ends with its last
   * caller.
   *
   * @param tower - the one whose tenant has no credentials.
   */
  dismiss(tenant: string, tower: TenantTower): TokenUnavailableError {
    const nowMs = this.#clock.monotonicNow();
    if (this.peek(tenant) !== tower)
      return unknownTenant(
        Math.max(0, (this.#unknown.get(tenant) ?? nowMs) - nowMs),
      );
    this.#entries.delete(tenant);
    this.#leaving.add(tower);
    this.#unknown.delete(tenant);
    this.#unknown.set(tenant, nowMs + UNKNOWN_FOR_MS);
    if (this.#unknown.size > MAX_UNKNOWN)
      for (const oldest of this.#unknown.keys()) {
        this.#unknown.delete(oldest);
        break;
      }
    return unknownTenant(UNKNOWN_FOR_MS);
  }

  /** Knows nothing of a tenant any more, neither its token nor that there was none. */
  forget(tenant: string): void {
    const forgotten = this.peek(tenant);
    this.#unknown.delete(tenant);
    if (forgotten !== undefined) this.#evict(tenant, forgotten);
  }

  /** Forgets failures and holds. */
  reset(): void {
    this.#unknown.clear();
    for (const { tower } of this.#entries.values()) tower.reset();
  }

  /** Ends all towers, and makes no other. */
  close(): void {
    this.#isClosed = true;
    for (const { tower } of this.#entries.values()) tower.close();
    for (const tower of this.#leaving) this.#end(tower);
    this.#leaving.clear();
  }

  #make(tenant: string, nowMs: number): Entry {
    if (this.#isClosed) throw heldBack(CLOSED);
    const forMs = (this.#unknown.get(tenant) ?? 0) - nowMs;
    if (forMs > 0) throw unknownTenant(forMs);
    this.#unknown.delete(tenant);
    this.#makeRoom();
    if (this.#entries.size >= 2 * this.#limits.max)
      throw new TokenUnavailableError(
        `Tokens of ${this.#entries.size} tenants are being fetched, which is twice the option tenants.max: ask again in a moment, or raise it.`,
        { retryAfterMs: RETRY_AFTER_MS },
        AsposeAuthErrorCode.TENANT_LIMIT,
      );
    return { tower: this.#build(tenant), usedAtMs: nowMs, isKnown: false };
  }

  /** As far as they are not fetching tokens, there are no more than the limit: without strangers, who may not be let in. */
  #makeRoom(): void {
    let tooMany = this.#entries.size - this.#limits.max;
    if (tooMany <= 0) return;
    for (const { tower, isKnown } of this.#entries.values())
      if (!isKnown && tower.isRefreshing) tooMany -= 1;
    for (const [tenant, { tower }] of this.#entries) {
      if (tooMany <= 0) return;
      if (tower.isRefreshing) continue;
      this.#evict(tenant, tower);
      tooMany -= 1;
    }
  }

  #dropIdle(nowMs: number): void {
    const { idleMs } = this.#limits;
    this.#nextIdleAtMs = nowMs + idleMs;
    for (const [tenant, { tower, usedAtMs }] of this.#entries) {
      const idleAtMs = usedAtMs + idleMs;
      this.#nextIdleAtMs = Math.min(idleAtMs, this.#nextIdleAtMs);
      if (idleAtMs > nowMs) return;
      if (!tower.isRefreshing) this.#evict(tenant, tower);
    }
  }

  #evict(tenant: string, tower: TenantTower): void {
    this.#entries.delete(tenant);
    tower.retire();
    if (isBusy(tower)) this.#leaving.add(tower);
    else this.#end(tower);
  }

  /** The first to leave is the first to be done. */
  #closeLeaving(): void {
    for (const tower of this.#leaving) {
      if (isBusy(tower) && this.#leaving.size <= MAX_LEAVING) return;
      this.#leaving.delete(tower);
      this.#end(tower);
    }
  }

  #end(tower: TenantTower): void {
    this.#handedOut = sumOf([this.#handedOut, tower.acquisitions]);
    tower.close();
  }
}

function isBusy({ isRefreshing, isListening }: TenantTower): boolean {
  return isRefreshing || isListening;
}

function unknownTenant(retryAfterMs: number): TokenUnavailableError {
  return new TokenUnavailableError(
    'The option tenants.credentials has no credentials for the current tenant. Call AsposeTenants.forget(id) once it has some.',
    { retryAfterMs },
    AsposeAuthErrorCode.UNKNOWN_TENANT,
  );
}
