import type { AxiosLikeAdapter } from './axios-like.js';
import { bearerAdapter, type BearerPolicy } from './bearer-adapter.js';

/** Finds the adapter that a config stands for, as `axios.getAdapter` does. */
export type AdapterLookup = (
  adapter: unknown,
  config: object,
) => AxiosLikeAdapter;

/**
 * A request interceptor that puts the {@link bearerAdapter} around the request's own adapter.
 *
 * A config that comes by again, as when an app repeats `error.config`, is not wrapped twice.
 */
export function bearerInterceptor(
  policy: BearerPolicy,
  getAdapter: AdapterLookup,
): <Config extends { adapter?: unknown }>(config: Config) => Config {
  const wrapped = new WeakSet<object>();
  return (config) => {
    if (typeof config.adapter === 'function' && wrapped.has(config.adapter))
      return config;
    const adapter = bearerAdapter(getAdapter(config.adapter, config), policy);
    wrapped.add(adapter);
    config.adapter = adapter;
    return config;
  };
}
