import type { AsposeTokenEvent } from '../token/token-event.js';
import { type DecisionKind, inPlainWords } from './plain-words.js';

const KEPT = 30;

/** What happened to a client's tokens, as the page shows it. */
export interface Decision {
  /** When it happened last, in milliseconds since the epoch. */
  readonly at: number;
  readonly kind: DecisionKind;
  readonly words: string;
  /** How often it happened in a row. */
  readonly times: number;
  /** Whose token it was: the beginning of the hash of the tenant's id; absent without tenants. */
  readonly tenant?: string;
}

/** The newest of a client's decisions. What happens again in a row is one of them: a storm must not push out what led to it. */
export class RecentDecisions {
  #newest: readonly Decision[] = [];

  /** The newest first. */
  get newest(): readonly Decision[] {
    return this.#newest;
  }

  /** Adds what an event tells. */
  note(event: AsposeTokenEvent): Decision {
    const { at, tenant } = event;
    const told = { ...inPlainWords(event), ...(tenant && { tenant }) };
    const [last] = this.#newest;
    const isAgain = last?.words === told.words && last.tenant === told.tenant;
    const times = isAgain ? last.times + 1 : 1;
    const decision = { at, ...told, times };
    this.#newest = [decision, ...this.#newest.slice(isAgain ? 1 : 0)].slice(
      0,
      KEPT,
    );
    return decision;
  }
}
