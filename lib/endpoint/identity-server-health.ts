import type { TokenClock } from '../token/token-clock.js';
import type {
  IdentityServerDownEvent,
  IdentityServerUpEvent,
} from './token-endpoint-event.js';

/** How soon after one outage another is told of: one pair that always fails must not fill the log. */
const QUIET_MS = 60_000;

/** Tells when an outage of the identity server begins and ends, however many callers notice it. */
export class IdentityServerHealth {
  readonly #clock: TokenClock;
  readonly #tell: (
    change: IdentityServerDownEvent | IdentityServerUpEvent,
  ) => void;
  #toldAt = -Infinity;
  #isDown = false;

  constructor(
    clock: TokenClock,
    tell: (change: IdentityServerDownEvent | IdentityServerUpEvent) => void,
  ) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /**
   * Takes note of what came of a request.
   *
   * @param status - what the caller gets: 5xx when the identity server gave no usable answer.
   */
  note(status: number): void {
    const isDown = status >= 500;
    const now = this.#clock.monotonicNow();
    const sinceMs = now - this.#toldAt;
    if (isDown === this.#isDown || (isDown && sinceMs < QUIET_MS)) return;
    this.#isDown = isDown;
    if (isDown) this.#toldAt = now;
    this.#tell(
      isDown
        ? { type: 'identity-server-down', status }
        : { type: 'identity-server-up', downMs: sinceMs },
    );
  }
}
