import { lookUpAdapter } from './axios-copies.js';
import type { AxiosLike, AxiosLikeAdapter } from './axios-like.js';
import { bearerAdapter, type BearerPolicy } from './bearer-adapter.js';

/**
 * Has every request of an axios instance go through the {@link bearerAdapter}.
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
  const bearers = new WeakMap<AxiosLikeAdapter, AxiosLikeAdapter>();
  const bearerOf = (adapter: AxiosLikeAdapter) => {
    const known = bearers.get(adapter);
    if (known !== undefined) return known;
    const bearer = bearerAdapter(adapter, policy);
    const made: AxiosLikeAdapter = (config) =>
      isOver() ? adapter(config) : bearer(config);
    // Of itself, too: a config that comes by again, as when an app repeats error.config, is not wrapped twice.
    bearers.set(adapter, made).set(made, made);
    return made;
  };
  const id = instance.interceptors.request.use(
    (config) => {
      if (isOver()) return config;
      const request: { adapter?: unknown } = config;
      request.adapter = bearerOf(lookUpAdapter(request.adapter, config));
      return config;
    },
    undefined,
    { synchronous: true },
  );
  return detach;
}
