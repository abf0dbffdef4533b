import { Logger } from '@nestjs/common';

import type { AsposeGatewayEvent } from './gateway-event.js';
import { GatewayErrorCode } from './gateway-exception.js';

/** Logs what a gateway did not pass on, in one line each. */
export class GatewayLog {
  readonly #logger = new Logger('AsposeAuth');
  readonly #path: string;

  /** @param path - the gateway's. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Logs an outcome. Does not throw. A failure to get a token is in the log already. */
  write({
    type,
    code,
    status,
    method,
    path,
    reason,
  }: Pick<
    AsposeGatewayEvent,
    'type' | 'code' | 'status' | 'method' | 'path' | 'reason'
  >): void {
    if (code === GatewayErrorCode.NO_TOKEN) return;
    const why = reason === undefined ? code : `${code}, ${reason}`;
    const level = type === 'refused' ? 'debug' : 'warn';
    try {
      this.#logger[level](
        `${method} ${path}, through the gateway /${this.#path}: ${status ?? 'broken off'} (${why})`,
      );
    } catch {
      // Whatever the app's logger has: the caller gets an answer.
    }
  }
}
