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
 * What is under way when that ends goes on as it began; a config that comes by again is sent by its own adapter.
 *
 * @param until - ends it once aborted, as the returned function does.
 * @returns a function that undoes it.
 */
export function interceptWithBearer(
  instance: AxiosLike,
  policy: BearerPolicy,
  until?: AbortSignal,
): () => void {
  let isDetached = false;
  const detach = () => {
    isDetached = true;
    instance.interceptors.request.eject(id);
  };
  const isOver = () => {
    if (until?.aborted) detach();
    return isDetached;
  };
  const id = instance.interceptors.request.use(
    <Config extends object>(given: Config) => {
      const config = given as Config & AxiosLikeConfig;
      // A cancelled one is rejected before any adapter is called, and handed out as it is.
      if (isOver() || isCancelled(config)) return config;
      const { adapter } = config;
      const next = lookUpAdapter(adapter, config);
      const bearer = bearerAdapter(next, policy);
      const appsAdapter = appsAdapters.get(adapter as AxiosLikeAdapter);
      const restoring: AxiosLikeAdapter = (request) => {
        request.adapter = appsAdapter ?? adapter;
        return isOver() ? next(request) : bearer(request);
      };
      appsAdapters.set(restoring, appsAdapter ?? adapter);
      config.adapter = restoring;
      return config;
    },
    undefined,
    { synchronous: true },
  );
  return detach;
}

function isCancelled({ signal, cancelToken }: AxiosLikeConfig): boolean {
  return (
    (signal instanceof AbortSignal && signal.aborted) ||
    cancelToken?.reason !== undefined
  );
}
