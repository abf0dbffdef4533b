import type { AsposeTokenEvent, TokenEvent } from '../token/token-event.js';
import { TokenLog } from './token-log.js';

const MAX_TENANTS = 1_000;

/** What says the same of all tenants of a client. */
const SAID_ONCE: readonly TokenEvent['type'][] = [
  'lifetime-assumed',
  'minimum-cut',
];

/** Logs what happens to a client's tokens, the changes of each tenant's state apart. */
export class ClientLog {
  readonly #client: string;
  readonly #own: TokenLog;
  readonly #ofTenants = new Map<string, TokenLog>();
  readonly #said = new Set<string>();

  constructor(client: string) {
    this.#client = client;
    this.#own = new TokenLog(client);
  }

  /** Logs an event. Does not throw. */
  write(event: AsposeTokenEvent): void {
    const { tenant, type } = event;
    if (tenant === undefined) return this.#own.write(event);
    if (SAID_ONCE.includes(type)) {
      if (this.#said.has(type)) return;
      this.#said.add(type);
    }
    this.#logOf(tenant).write(event);
    if (type === 'closed') this.#ofTenants.delete(tenant);
  }

  #logOf(tenant: string): TokenLog {
    const log =
      this.#ofTenants.get(tenant) ?? new TokenLog(this.#client, tenant);
    this.#ofTenants.delete(tenant);
    this.#ofTenants.set(tenant, log);
    if (this.#ofTenants.size > MAX_TENANTS)
      for (const oldest of this.#ofTenants.keys()) {
        this.#ofTenants.delete(oldest);
        break;
      }
    return log;
  }
}
