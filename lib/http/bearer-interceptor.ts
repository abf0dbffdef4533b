import { lookUpAdapter } from './axios-copies.js';
import type {
  AxiosLike,
  AxiosLikeAdapter,
  AxiosLikeConfig,
} from './axios-like.js';
import { bearerAdapter, type BearerPolicy } from './bearer-adapter.js';

/** By adapter of ours, the one that the app has its request made by. */
const appsAdapters = new WeakMap<AxiosLikeAdapter, unknown>();

/**
 * Makes every request of an axios instance go through the {@link bearerAdapter}.
 *
 * A request interceptor puts it around the request's own adapter: so it comes after the other request interceptors and
 * before all response interceptors, unless one that runs later names another adapter.
 *
 * @returns a function that undoes it.
 */
export function interceptWithBearer(
  instance: AxiosLike,
  policy: BearerPolicy,
): () => void {
  const id = instance.interceptors.request.use(
    <Config extends object>(given: Config) => {
      const config = given as Config & AxiosLikeConfig;
      // axios rejects it before any adapter is called, and hands it out as it is.
      if (isCancelled(config)) return config;
      const { adapter } = config;
      const bearer = bearerAdapter(lookUpAdapter(adapter, config), policy);
      const appsAdapter = appsAdapters.get(adapter as AxiosLikeAdapter);
      const restoring: AxiosLikeAdapter = (request) => {
        request.adapter = appsAdapter ?? adapter;
        return bearer(request);
      };
      appsAdapters.set(restoring, appsAdapter ?? adapter);
      config.adapter = restoring;
      return config;
    },
    undefined,
    { synchronous: true },
  );
  return () => instance.interceptors.request.eject(id);
}

function isCancelled({ signal, cancelToken }: AxiosLikeConfig): boolean {
  return (
    (signal instanceof AbortSignal && signal.aborted) ||
    cancelToken?.reason !== undefined
  );
}
