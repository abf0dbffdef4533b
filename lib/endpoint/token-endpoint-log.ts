import { Logger } from '@nestjs/common';

import { printableUrl } from '../token/redacted.js';
import type {
  IdentityServerDownEvent,
  IdentityServerUpEvent,
} from './token-endpoint-event.js';

const SAID: Readonly<Record<number, string>> = {
  502: 'gives answers that are no token responses',
  503: 'cannot be reached, or is not available',
  504: 'does not answer in time',
};

/** Logs one line per change of the identity server's state. */
export class TokenEndpointLog {
  readonly #logger = new Logger('AsposeTokenEndpoint');
  readonly #path: string;
  readonly #identityServer: string;

  constructor(path: string, identityServer: string) {
    this.#path = path;
    this.#identityServer = printableUrl(identityServer);
  }

  /** Logs a change. Does not throw, though the app's logger may: the caller is to get the answer. */
  write(event: IdentityServerDownEvent | IdentityServerUpEvent): void {
    try {
      if (event.type === 'identity-server-up')
        this.#logger.log(
          `${this.#identityServer} answers again, after ${Math.round(event.downMs / 100) / 10} s.`,
        );
      else
        this.#logger.warn(
          `${this.#identityServer} ${SAID[event.status] ?? `answers ${event.status}`}: callers of /${this.#path} get ${event.status}.`,
        );
    } catch (error) {
      process.emitWarning(
        `The app's logger failed to write a line about a token endpoint (${event.type}): ${error instanceof Error ? error.message : typeof error}`,
        'AsposeAuthWarning',
      );
    }
  }
}
