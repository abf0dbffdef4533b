import { IdleTimeoutError } from '../errors/errors.js';
import { noteFailedCall } from './failed-call.js';

/** How often a call is looked at, until one that is idle is given up. */
const LOOKS = 8;

/**
 * Gives a call up once nothing has moved for a while: at the earliest after `idleTimeoutMs`, an eighth of it later at the
 * latest.
 *
 * Looks are counted, and not time: a process that was busy or frozen for long has looked once in that time. Keeps no
 * process alive.
 */
export class IdleWatch {
  /** What the call was given up with. */
  failure: IdleTimeoutError | undefined;
  readonly #timer: NodeJS.Timeout;
  #quietLooks = 0;
  #seen: unknown;
  #isOver = false;

  /**
   * @param call - names the call, for its error.
   * @param probe - returns another value when something has moved, and undefined while nothing is waited for.
   * @param giveUp - ends the call.
   */
  constructor(
    private readonly idleTimeoutMs: number,
    private readonly call: () => string,
    private readonly probe: () => string | number | undefined,
    private readonly giveUp: (failure: IdleTimeoutError) => void,
  ) {
    this.#seen = probe();
    // What has arrived meanwhile is read first.
    this.#timer = setInterval(
      () => setImmediate(() => this.#look()),
      idleTimeoutMs / LOOKS,
    );
    this.#timer.unref();
  }

  /** Ends the watch. */
  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#isOver) return;
    const seen = this.probe();
    const isQuiet = seen !== undefined && seen === this.#seen;
    this.#seen = seen;
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0;
    if (this.#quietLooks < LOOKS) return;
    this.stop();
    const call = this.call();
    this.failure = new IdleTimeoutError(call, this.idleTimeoutMs);
    // Here, since the body of an answer fails with it as well.
    noteFailedCall(this.failure, call);
    this.giveUp(this.failure);
  }
}
