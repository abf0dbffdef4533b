import { nameOfCall } from '../failed-call.js';
import {
  type FetchDispatcher,
  globalDispatcher,
  idleDispatcher,
} from '../idle-dispatcher.js';
import { urlOf } from './fetch-input.js';

type Fetch = typeof globalThis.fetch;

/** Makes the platform's `fetch` give up requests of which no byte moves in either direction. */
export function idleFetch(fetch: Fetch, idleTimeoutMs: number): Fetch {
  return async (input, init) => {
    const { dispatcher: given } = { ...init } as {
      readonly dispatcher?: FetchDispatcher;
    };
    const dispatcher = given ?? globalDispatcher();
    if (dispatcher === undefined) return fetch(input, init);
    let failure: Error | undefined;
    const method =
      init?.method ?? (input instanceof Request ? input.method : 'GET');
    const watched = idleDispatcher(dispatcher, {
      idleTimeoutMs,
      call: () => nameOfCall(method, urlOf(input)),
      isQueueing: given !== undefined,
      onFailure: (error) => (failure = error),
    });
    try {
      return await fetch(input, {
        ...init,
        dispatcher: watched,
      } as RequestInit);
    } catch (error) {
      throw failure ?? error;
    }
  };
}
