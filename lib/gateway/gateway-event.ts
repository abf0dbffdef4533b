import { Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';

import type { GatewayErrorCode } from './gateway-exception.js';

/** A gateway did not pass a call on, or its answer. It never contains a token, a query or a body. */
export interface AsposeGatewayEvent {
  /** `refused` by the gateway, or `failed` on the way to Aspose or back. */
  readonly type: 'refused' | 'failed';
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** The gateway's path, without the app's global prefix. */
  readonly gateway: string;
  /** The name of the client whose tokens it attaches. */
  readonly client: string;
  /** Why. */
  readonly code: GatewayErrorCode;
  /** What the caller was answered; undefined where its answer broke off. */
  readonly status: number | undefined;
  /** The method of the call. */
  readonly method: string;
  /** Below the gateway, as it was sent, 200 characters at most. Callers choose it. */
  readonly path: string;
  /** What went wrong on the way, as Node names it: `ECONNREFUSED`, say. Only with `failed`. */
  readonly reason?: string | undefined;
}

/**
 * Tells what the app's gateways did not let through, and what failed on the way.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class GatewayAlarm {
 *   constructor(gateways: AsposeGatewayEvents) {
 *     gateways.events$.subscribe(({ code }) => this.count(code));
 *   }
 *
 *   private count(code: string) {}
 * }
 * ```
 */
@Injectable()
export class AsposeGatewayEvents {
  private readonly events = new Subject<AsposeGatewayEvent>();

  /**
   * The events of all gateways of the app. Does not complete.
   *
   * A subscriber that throws disturbs no caller, but RxJS reports it as an uncaught exception: catch what may fail.
   */
  readonly events$: Observable<AsposeGatewayEvent> = this.events.asObservable();

  /** @internal */
  emit(event: AsposeGatewayEvent): void {
    this.events.next(event);
  }
}
