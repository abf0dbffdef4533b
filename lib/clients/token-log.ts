import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Observable } from 'rxjs';

import { ASPOSE_AUTH_EVENTS } from './injection-tokens.js';
import type {
  AsposeTokenEvent,
  TokenRefreshFailedEvent,
} from '../token/token-event.js';

/** Writes one line per change of state, however many calls see it. */
@Injectable()
export class AsposeTokenLogger {
  readonly #logger = new Logger('AsposeAuth');
  #lastFailure: string | undefined;

  constructor(
    @Inject(ASPOSE_AUTH_EVENTS) events$: Observable<AsposeTokenEvent>,
  ) {
    events$.subscribe((event) => this.#tryToWrite(event));
  }

  /** The app's logger may throw, which nobody else would hear: rxjs ends the process with it. */
  #tryToWrite(event: AsposeTokenEvent): void {
    try {
      this.#write(event);
    } catch (error) {
      process.emitWarning(
        `The app's logger failed to write a line about an access token (${event.type}): ${error instanceof Error ? error.message : typeof error}`,
        'AsposeAuthWarning',
      );
    }
  }

  #write(event: AsposeTokenEvent): void {
    switch (event.type) {
      case 'fetched':
      case 'refreshed':
        return this.#writeToken(event.token, event.lifetimeMs);
      case 'refresh-failed':
        return this.#writeFailure(event);
      case 'renewal-held':
        return this.#logger.warn(
          `${event.origin || 'An API'} refuses tokens that were renewed just now: its 401s are passed on for ${seconds(event.holdMs)}.`,
        );
      case 'lifetime-assumed':
        return this.#logger.warn(
          event.from === 'jwt'
            ? `The token endpoint does not say how long tokens live; going by the token's own claims.`
            : `The token endpoint does not say how long tokens live; assuming ${seconds(event.lifetimeMs)}.`,
        );
      case 'minimum-cut':
        return this.#logger.warn(
          `A validity of ${seconds(event.askedMs)} was asked for; only half a lifetime can be had: ${seconds(event.effectiveMs)}.`,
        );
      case 'credentials-changed':
        return this.#logger.log('Using new credentials.');
      case 'credentials-kept':
        return this.#logger.warn(
          `${event.message} The pair at hand is tried again.`,
        );
      case 'unauthorized':
        if (event.verdict === 'renew')
          this.#logger.warn(
            `${event.origin || 'An API'} refused the token ${event.token}: fetching another.`,
          );
        return;
      case 'attempt-failed':
        return this.#logger.debug(
          `Attempt ${event.attempt} failed (${event.code}); the next follows in ${seconds(event.nextInMs)}.`,
        );
      case 'reset':
      case 'closed':
        return this.#logger.debug(event.type);
    }
  }

  #writeToken(token: string, lifetimeMs: number): void {
    const line = `Token ${token} is valid for ${seconds(lifetimeMs)}.`;
    if (this.#lastFailure === undefined) this.#logger.debug(line);
    else this.#logger.log(`Recovered. ${line}`);
    this.#lastFailure = undefined;
  }

  #writeFailure(event: TokenRefreshFailedEvent): void {
    const hasToken = event.runwayMs > 0;
    const failure = `${event.code} ${hasToken}`;
    if (failure === this.#lastFailure) return;
    this.#lastFailure = failure;
    if (hasToken)
      this.#logger.warn(
        `${event.message} The current token stays in use for another ${seconds(event.runwayMs)}.`,
      );
    else this.#logger.error(event.message);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
