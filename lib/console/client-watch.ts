import type { Subscription } from 'rxjs';

import type { AsposeTokenService } from '../clients/aspose-token.service.js';
import { AsposeAuthErrorCode } from '../errors/errors.js';
import type { TokenClock } from '../token/token-clock.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import { explanationOf } from '../token/token-layer.js';
import { type ClientState, clientState } from './client-state.js';
import { LastHour } from './last-hour.js';
import { RecentDecisions } from './recent-decisions.js';
import { TenantsSeen } from './tenants-seen.js';

/** What a client does for the console; a test may have put something simpler in its place. */
type WatchedTokens = Pick<AsposeTokenService, 'getToken'> &
  Partial<AsposeTokenService>;

/** Follows one client: what it did lately, and how it is now. Its memory is bounded, whatever happens. */
export class ClientWatch {
  readonly #client: string;
  readonly #tokens: WatchedTokens;
  readonly #clock: TokenClock;
  readonly #hour = new LastHour();
  readonly #decisions = new RecentDecisions();
  readonly #tenants = new TenantsSeen();
  readonly #subscription: Subscription | undefined;

  /** @param onNews - called after each event. */
  constructor(
    client: string,
    tokens: WatchedTokens,
    clock: TokenClock,
    onNews: () => void,
  ) {
    this.#client = client;
    this.#tokens = tokens;
    this.#clock = clock;
    // What happened before anybody watched: the first token of warmUp, say.
    for (const event of this.#explain().decisions ?? []) this.#note(event);
    this.#subscription = tokens.events$?.subscribe((event) => {
      this.#note(event);
      onNews();
    });
  }

  /** How the client is now. */
  get state(): ClientState {
    const now = this.#clock.wallNow();
    return clientState(this.#client, now, this.#explain(), {
      hour: this.#hour.state(now),
      unauthorizedBy: this.#hour.unauthorizedBy(now),
      decisions: this.#decisions.newest,
      tenants: this.#tenants,
    });
  }

  /** Stops following it. */
  end(): void {
    this.#subscription?.unsubscribe();
  }

  #explain() {
    return explanationOf(this.#tokens as AsposeTokenService);
  }

  #note(event: AsposeTokenEvent): void {
    // Who is unknown is for callers to say: strangers must not fill the page.
    if (
      event.type === 'refresh-failed' &&
      event.code === AsposeAuthErrorCode.UNKNOWN_TENANT
    )
      return;
    this.#hour.note(event);
    this.#tenants.note(event, this.#decisions.note(event));
  }
}
