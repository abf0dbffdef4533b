import { type Authorisation, authorisationOf } from './authorisation.js';
import { refuseProxiedFetch } from '../token/refuse-proxied-fetch.js';
import { originOf } from './origin-policy.js';

type Fetch = typeof globalThis.fetch;

const authorisations = new WeakMap<Request, Authorisation>();
const watched = new WeakMap<Fetch, Fetch>();

/**
 * The `fetch` that axios' adapter of that name is to use, so that its redirects are known of.
 *
 * One for each `fetch` of the app's, since axios keeps an adapter for each.
 */
export function watchRedirects(fetch: Fetch = platformFetch): Fetch {
  const known = watched.get(fetch);
  if (known !== undefined) return known;
  const watching: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (input instanceof Request)
      authorisations.set(input, authorisationOf(response, originOf(input.url)));
    return response;
  };
  watched.set(fetch, watching);
  return watching;
}

/** Whether the token was still with a request when it was answered; not where nobody watched. */
export function watchedAuthorisation(request: Request): Authorisation {
  return authorisations.get(request) ?? 'no';
}

/** As it is at each call. What carries a token to this machine must not go to a proxy. */
const platformFetch: Fetch = async (input, init) => {
  if (input instanceof Request && input.headers.has('Authorization'))
    refuseProxiedFetch(input.url);
  return globalThis.fetch(input, init);
};
