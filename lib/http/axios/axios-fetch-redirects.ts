import { assertDirectFetch } from '../../network/environment-proxy.js';
import { type TokenArrival, fetchArrival } from '../token-arrival.js';

type Fetch = typeof globalThis.fetch;

const arrivals = new WeakMap<Request, TokenArrival>();
const watched = new WeakMap<Fetch, Fetch>();

/** Wraps the `fetch` of axios' fetch adapter, to notice redirects. Once for each: axios keeps an adapter for each. */
export function watchRedirects(fetch: Fetch = platformFetch): Fetch {
  const known = watched.get(fetch);
  if (known !== undefined) return known;
  const watching: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (input instanceof Request)
      arrivals.set(input, fetchArrival(response, new URL(input.url).origin));
    return response;
  };
  watched.set(fetch, watching);
  return watching;
}

/** Whether the token was still with a request of axios' fetch adapter when it was answered; not where nobody watched. */
export function watchedArrival(request: Request): TokenArrival {
  return arrivals.get(request) ?? 'no';
}

/** The global `fetch`, looked up at each call. A token for this machine must not go to a proxy. */
const platformFetch: Fetch = async (input, init) => {
  if (input instanceof Request && input.headers.has('Authorization'))
    assertDirectFetch(input.url, process.env);
  return globalThis.fetch(input, init);
};
