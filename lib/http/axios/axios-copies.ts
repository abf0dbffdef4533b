import { createRequire } from 'node:module';

import { HttpService } from '@nestjs/axios';

import { mayUseFetch } from '../../network/environment-proxy.js';
import { watchRedirects } from './axios-fetch-redirects.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeHeaders,
} from './axios-like.js';

/** Finds the adapter that a config stands for, as `axios.getAdapter` does. */
export type AdapterLookup = (
  adapter: unknown,
  config: object,
) => AxiosLikeAdapter;

/** What axios' default export can do and its instances cannot. */
interface AxiosCopy {
  readonly getAdapter: AdapterLookup;
  readonly AxiosHeaders: new () => AxiosLikeHeaders;
}

/** The copy of axios that @nestjs/axios uses, which may be another than the one this package gets. */
export const axiosOfNest = new HttpService()
  .axiosRef as HttpService['axiosRef'] & AxiosCopy;

/** The copy that CommonJS code gets. Loaded only when a request may come from it: that takes longer than to load this package. */
function axiosOfCommonJs(): AxiosCopy {
  return createRequire(__filename)('axios') as AxiosCopy;
}

/**
 * Finds the adapter for a request in the copy of axios that the request comes from.
 *
 * An app may well have two: CommonJS and ES modules load one each. The second also serves the requests of any other copy.
 */
export const lookUpAdapter: AdapterLookup = (adapter, given) => {
  if (typeof adapter === 'function') return adapter as AxiosLikeAdapter;
  const { headers, env } = given as AxiosLikeConfig;
  // An instance that was not made by `create()` may have none, for which axios takes its own default.
  const wanted = adapter ?? axiosOfNest.defaults.adapter;
  const config = mayUseFetch(wanted)
    ? { ...given, env: { ...env, fetch: watchRedirects(env?.fetch) } }
    : given;
  const { getAdapter } =
    headers instanceof axiosOfNest.AxiosHeaders
      ? axiosOfNest
      : axiosOfCommonJs();
  return getAdapter(wanted, config);
};
