import { HttpService } from '@nestjs/axios';

import { mayUseFetch } from '../../network/environment-proxy.js';
import { watchRedirects } from './axios-fetch-redirects.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeHeaders,
} from './axios-like.js';

/** What axios' default export can do and its instances cannot. */
interface AxiosCopy {
  readonly getAdapter: (adapter: unknown, config: object) => AxiosLikeAdapter;
  readonly AxiosHeaders: new () => AxiosLikeHeaders;
}

/** The copy of axios that @nestjs/axios uses, which may be another than the one this package gets. */
export const axiosOfNest = new HttpService()
  .axiosRef as HttpService['axiosRef'] & AxiosCopy;

/**
 * Finds the adapter that a config stands for, as `axios.getAdapter` does, in the copy of axios that the request comes from.
 *
 * An app may well have two: CommonJS and ES modules load one each. The second also serves the requests of any other copy.
 */
export function lookUpAdapter(
  adapter: unknown,
  given: AxiosLikeConfig,
): AxiosLikeAdapter {
  if (typeof adapter === 'function') return adapter as AxiosLikeAdapter;
  const { headers, env } = given;
  // An instance that was not made by `create()` may have none, for which axios takes its own default.
  const wanted = adapter ?? axiosOfNest.defaults.adapter;
  const config = mayUseFetch(wanted)
    ? { ...given, env: { ...env, fetch: watchRedirects(env?.fetch) } }
    : given;
  if (headers instanceof axiosOfNest.AxiosHeaders)
    return axiosOfNest.getAdapter(wanted, config);
  // That of CommonJS code is loaded only now: it takes longer to load than this package. Bundlers see no other `require`.
  const { getAdapter } = require('axios') as AxiosCopy;
  return getAdapter(wanted, config);
}
