import { noteBreak } from './failed-call.js';
import { IdleWatch } from './idle-watch.js';

/** What sends the requests of the platform's fetch. Handlers are of an older or of a newer kind, as undici is. */
export interface FetchDispatcher {
  dispatch(request: DispatchedRequest, handler: DispatchHandler): boolean;
}

interface DispatchedRequest {
  readonly body?: unknown;
}

type DispatchHandler = Record<string, unknown>;

/** What pauses and ends an answer, in newer versions. */
interface DispatchController {
  readonly paused?: boolean;
  abort?(reason: Error): void;
}

/** How a dispatcher is watched. */
interface Watching {
  readonly idleTimeoutMs: number;
  /** Names the call, for its error. */
  readonly call: () => string;
  /** Whether a request may have to wait for a connection; its time then begins with the connection. */
  readonly isQueueing: boolean;
  /** Called with the error of a request that was given up, before its `fetch` rejects. */
  readonly onFailure: (failure: Error) => void;
}

/**
 * Wraps a dispatcher, to give up requests of which no byte moves in either direction.
 *
 * Each hop of a redirect is a request of its own. A reader that is slow is not waited for.
 */
export function idleDispatcher(
  dispatcher: FetchDispatcher,
  watching: Watching,
): FetchDispatcher {
  const dispatch = (request: DispatchedRequest, handler: DispatchHandler) => {
    const watched = new WatchedDispatch(watching, handler);
    const { body } = request;
    const sent =
      typeof body === 'object' && body !== null && Symbol.asyncIterator in body
        ? { ...request, body: watched.upload(body as AsyncIterable<unknown>) }
        : request;
    return dispatcher.dispatch(sent, watched.handler);
  };
  return new Proxy(dispatcher, {
    get: (target, name) =>
      name === 'dispatch'
        ? dispatch
        : (Reflect.get(target, name, target) as unknown),
  });
}

/** The dispatcher of the platform's fetch, which undici keeps by a symbol for each of its interfaces. */
export function globalDispatcher(): FetchDispatcher | undefined {
  // Undici is loaded with it.
  void globalThis.Request;
  const version = Number.parseInt(process.versions['undici'] ?? '0', 10);
  const name = `undici.globalDispatcher.${version < 8 ? 1 : 2}`;
  return Reflect.get(globalThis, Symbol.for(name)) as
    FetchDispatcher | undefined;
}

/** A chunk is sent in whole before the next is asked for: so much has to pass for a byte to be seen. */
const STEP_BYTES = 256 * 1024;

/** One request under way. */
class WatchedDispatch {
  readonly handler: DispatchHandler;
  readonly #watch: IdleWatch;
  readonly #call: () => string;
  #moves = 0;
  #isStarted: boolean;
  #isHeldByReader = false;
  #controller: DispatchController = {};
  #isGivenUp = false;

  constructor(
    { idleTimeoutMs, call, isQueueing, onFailure }: Watching,
    handler: DispatchHandler,
  ) {
    this.#isStarted = !isQueueing;
    this.#call = call;
    this.#watch = new IdleWatch(
      idleTimeoutMs,
      call,
      () =>
        this.#isStarted && !this.#isHeldByReader && !this.#controller.paused
          ? this.#moves
          : undefined,
      (failure) => {
        onFailure(failure);
        this.#isGivenUp = true;
        this.#controller.abort?.(failure);
        const fail = handler['onResponseError'] ?? handler['onError'];
        const isNew = handler['onResponseError'] !== undefined;
        Reflect.apply(
          fail as () => void,
          handler,
          isNew ? [this.#controller, failure] : [failure],
        );
      },
    );
    this.handler = new Proxy(handler, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function'
          ? (...given: unknown[]) =>
              this.#pass(String(name), given, (passed) =>
                Reflect.apply(member, target, passed),
              )
          : member;
      },
    });
  }

  async *upload(body: AsyncIterable<unknown>): AsyncGenerator {
    for await (const chunk of body) {
      const bytes = chunk instanceof Uint8Array ? chunk : undefined;
      const steps = Math.ceil((bytes?.length ?? 0) / STEP_BYTES);
      if (bytes === undefined || steps <= 1) yield this.#moved(chunk);
      else
        for (let step = 0; step < steps; step += 1)
          yield this.#moved(
            bytes.subarray(step * STEP_BYTES, (step + 1) * STEP_BYTES),
          );
    }
    this.#moved(undefined);
  }

  #moved<T>(value: T): T {
    this.#moves += 1;
    return value;
  }

  #pass(
    name: string,
    given: unknown[],
    call: (given: unknown[]) => unknown,
  ): unknown {
    this.#moved(name);
    // Its fetch has heard of the failure.
    if (this.#isGivenUp) return this.#afterwards(name, given);
    if (name === 'onConnect' || name === 'onRequestStart') {
      this.#isStarted = true;
      const [first] = given;
      this.#controller =
        typeof first === 'function'
          ? { abort: first as (reason: Error) => void }
          : (first as DispatchController);
    }
    if (name === 'onHeaders')
      given = given.map((one, at) => (at === 2 ? this.#resuming(one) : one));
    if (
      /^on(?:Complete|Error|ResponseEnd|ResponseError|Upgrade|RequestUpgrade)$/.test(
        name,
      )
    )
      this.#watch.stop();
    // The body of an answer fails with it, or because of it.
    if (/^on(?:Response)?Error$/.test(name))
      noteBreak(given.at(-1), this.#call());
    const result = call(given);
    if (name === 'onData') this.#isHeldByReader = result === false;
    return result;
  }

  /** Who asks for more has room again. */
  #resuming(resume: unknown): unknown {
    return (...given: unknown[]) => {
      this.#isHeldByReader = false;
      this.#moved(resume);
      return Reflect.apply(resume as () => unknown, undefined, given);
    };
  }

  /** A request that had no connection yet when it was given up. */
  #afterwards(name: string, [first]: unknown[]): unknown {
    const failure = this.#watch.failure ?? new Error('given up');
    if (name === 'onConnect') (first as (reason: Error) => void)(failure);
    if (name === 'onRequestStart')
      (first as DispatchController).abort?.(failure);
    return false;
  }
}
