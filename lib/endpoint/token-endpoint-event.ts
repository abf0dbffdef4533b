import { Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';

import type { AsposeAuthErrorCode } from '../errors/errors.js';

/** A broker handed out the app's token. */
export interface TokenGrantedEvent {
  readonly type: 'granted';
  /** The name of the client whose token it is. */
  readonly client: string;
  /** Who got it, as `callerOf` says; undefined without that option. */
  readonly caller: string | undefined;
  /** The token's fingerprint. */
  readonly token: string;
  /** How long the token is still valid, in milliseconds. */
  readonly validForMs: number;
  /** Whether the caller said that an API answered 401 to the token that the app had. */
  readonly unauthorized: boolean;
}

/** A broker had no token to hand out. */
export interface TokenNotGrantedEvent {
  readonly type: 'not-granted';
  /** The name of the client that gave no token. */
  readonly client: string;
  /** Who got none, as `callerOf` says; undefined without that option. */
  readonly caller: string | undefined;
  /** The code of the failure; undefined for an error that is not of this package. */
  readonly code: AsposeAuthErrorCode | undefined;
}

/** A forwarder gets no usable answers from the identity server. */
export interface IdentityServerDownEvent {
  readonly type: 'identity-server-down';
  /** The status that callers get: 5xx. */
  readonly status: number;
}

/** A forwarder gets answers from the identity server again. */
export interface IdentityServerUpEvent {
  readonly type: 'identity-server-up';
  /** How long there were none, in milliseconds. */
  readonly downMs: number;
}

/** What happened at a token endpoint. It never contains a token or a secret. */
export type TokenEndpointEvent =
  | TokenGrantedEvent
  | TokenNotGrantedEvent
  | IdentityServerDownEvent
  | IdentityServerUpEvent;

/** A {@link TokenEndpointEvent}, and when and at which endpoint it happened. */
export type AsposeTokenEndpointEvent = TokenEndpointEvent & {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** The path that the endpoint is served at, without the app's global prefix. */
  readonly path: string;
};

/**
 * Tells what happens at the app's token endpoints: who was handed a token, and whether the identity server answers.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class AuditService {
 *   constructor(endpoints: AsposeTokenEndpointEvents) {
 *     endpoints.events$.subscribe((event) => this.keep(event));
 *   }
 *
 *   private keep(event: AsposeTokenEndpointEvent) {}
 * }
 * ```
 */
@Injectable()
export class AsposeTokenEndpointEvents {
  private readonly events = new Subject<AsposeTokenEndpointEvent>();

  /**
   * The events of all token endpoints of the app. Does not complete.
   *
   * A subscriber that throws disturbs no caller, but RxJS reports it as an uncaught exception: catch what may fail.
   */
  readonly events$: Observable<AsposeTokenEndpointEvent> =
    this.events.asObservable();

  /** @internal */
  emit(event: AsposeTokenEndpointEvent): void {
    this.events.next(event);
  }
}
