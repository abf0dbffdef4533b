import { Logger } from '@nestjs/common';

import { AsposeAuthErrorCode } from '../errors/errors.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { TokenStore } from '../store/token-store.js';
import {
  type AsposeTokenEvent,
  DEFAULT_CLIENT,
  type TokenRefreshFailedEvent,
} from '../token/token-event.js';

/** Logs one line per change of the state of a client, or of a tenant, however many calls notice it. */
export class TokenLog {
  readonly #logger: Logger;
  #lastFailure: string | undefined;

  /**
   * @param client - the client's name, which is in the logger's context unless it is the default one.
   * @param tenant - as in the events.
   */
  constructor(client: string, tenant?: string) {
    const ofClient =
      client === DEFAULT_CLIENT ? 'AsposeAuth' : `AsposeAuth:${client}`;
    this.#logger = new Logger(
      tenant === undefined ? ofClient : `${ofClient} tenant ${tenant}`,
    );
  }

  /** Warns of a token endpoint that gets the client secret in its URL. */
  warnOf({ credentialsIn }: ResolvedOptions['endpoint']): void {
    if (credentialsIn === 'query')
      this.#logger.warn(
        "credentialsIn: 'query' puts the client secret into URLs, which end up in access logs.",
      );
  }

  /** Tells which store the app's processes share. */
  announce({ name, encryptionKeys }: TokenStore): void {
    const keys =
      encryptionKeys === undefined
        ? 'keys from the client secret'
        : 'keys of the option encryptionKeys';
    this.#logger.log(`Tokens are shared through ${name}, with ${keys}.`);
  }

  /** Logs an event. Does not throw, though the app's logger may: rxjs would end the process with its error. */
  write(event: AsposeTokenEvent): void {
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
      case 'refresh-deferred':
        return this.#logger.debug(
          'The token endpoint still hands out the current token, in its last second: another is asked for when it has ended.',
        );
      case 'renewal-held':
        return this.#logger.warn(
          `${event.origin || 'An API'} answers 401 to tokens that were renewed just now: its 401s are passed on for ${seconds(event.holdMs)}.`,
        );
      case 'renewal-impossible':
        return this.#logger.warn(
          `${event.origin || 'An API'} answers 401 to the token ${event.token}, which is static and cannot be renewed: set accessToken to one that it accepts.`,
        );
      case 'lifetime-assumed':
        return this.#logger.warn(
          event.from === 'jwt'
            ? `The token endpoint does not say how long tokens live; using the token's own claims.`
            : `The token endpoint does not say how long tokens live; assuming ${seconds(event.lifetimeMs)}.`,
        );
      case 'minimum-cut':
        return this.#logger.warn(
          `A caller asked for a token that is valid for ${seconds(event.askedMs)}; half a lifetime is the most it can get: ${seconds(event.effectiveMs)}.`,
        );
      case 'credentials-changed':
        return this.#logger.log('Using new credentials.');
      case 'credentials-kept':
        return this.#logger.warn(
          `${event.message} The current credentials are tried again.`,
        );
      case 'unauthorized':
        if (event.verdict === 'renew')
          this.#logger.warn(
            `${event.origin || 'An API'} answered 401 to the token ${event.token}: fetching another.`,
          );
        return;
      case 'attempt-failed':
        return this.#logger.debug(
          `Attempt ${event.attempt} failed (${event.code}); the next follows in ${seconds(event.nextInMs)}.`,
        );
      case 'store-passed-over':
        return this.#logger.warn(
          `The store ${event.store} is passed over, since ${event.message}. This process works alone until it answers.`,
        );
      case 'store-recovered':
        return this.#logger.log(`The store ${event.store} answers again.`);
      case 'store-unreadable':
        return this.#logger.warn(
          `The ${event.part} in the store cannot be decrypted and counts as absent. Do all processes have the same encryptionKeys and version of this package?`,
        );
      case 'hold-learnt':
        return this.#logger.warn(
          `Another process knows why no token can be fetched now (${event.reason}): none is requested for the next ${seconds(event.remainingMs)}.`,
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
    // Callers choose the ids of unknown tenants: strangers must not fill the log.
    if (event.code === AsposeAuthErrorCode.UNKNOWN_TENANT)
      return this.#logger.debug(event.message);
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
