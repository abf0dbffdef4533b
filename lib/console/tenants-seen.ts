import type { AsposeTokenEvent } from '../token/token-event.js';
import type { Decision } from './recent-decisions.js';

const KEPT = 100;
const SHOWN = 25;

/** What a client's events told of one tenant. */
export interface TenantState {
  /** The beginning of the hash of the tenant's id, as in events and logs. */
  readonly tenant: string;
  /** Until when its token is valid, in milliseconds since the epoch; absent without one. */
  readonly validUntil?: number;
  /** Whether the last that was heard of its token is a failure. */
  readonly fails: boolean;
  readonly last: Pick<Decision, 'at' | 'words'>;
}

/** Remembers the tenants that were heard of lately: of so many, each new one replaces the one not heard of for longest. */
export class TenantsSeen {
  readonly #tenants = new Map<string, TenantState>();

  /** Those that fail first, then those heard of last. */
  get shown(): readonly TenantState[] {
    const all = [...this.#tenants.values()].toReversed();
    return [
      ...all.filter(({ fails }) => fails),
      ...all.filter(({ fails }) => !fails),
    ].slice(0, SHOWN);
  }

  /** How many of them fail. */
  get failing(): number {
    return [...this.#tenants.values()].filter(({ fails }) => fails).length;
  }

  /** Notes what an event tells of its tenant. */
  note(event: AsposeTokenEvent, { at, words }: Decision): void {
    const { tenant } = event;
    if (tenant === undefined) return;
    const before = this.#tenants.get(tenant);
    this.#tenants.delete(tenant);
    if (event.type === 'closed') return;
    this.#tenants.set(tenant, {
      tenant,
      ...tokenAfter(event, before),
      last: { at, words },
    });
    for (const oldest of this.#tenants.keys()) {
      if (this.#tenants.size <= KEPT) break;
      this.#tenants.delete(oldest);
    }
  }
}

function tokenAfter(
  event: AsposeTokenEvent,
  before: TenantState | undefined,
): Pick<TenantState, 'validUntil' | 'fails'> {
  switch (event.type) {
    case 'fetched':
    case 'refreshed':
      return { validUntil: event.at + event.lifetimeMs, fails: false };
    case 'refresh-failed':
      return event.runwayMs > 0
        ? { validUntil: event.at + event.runwayMs, fails: true }
        : { fails: true };
    default: {
      const { validUntil, fails = false } = before ?? {};
      return validUntil === undefined ? { fails } : { validUntil, fails };
    }
  }
}
