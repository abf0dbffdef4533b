import { globalAgent } from 'node:http';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { takesProxyOfEnvironment } from './loopback-route.js';
import { isLoopback } from './safe-url.js';

/**
 * Makes sure that the platform's `fetch` reaches this machine without a proxy.
 *
 * With `NODE_USE_ENV_PROXY` it takes that of the environment, and no request can tell it not to.
 *
 * @param env - `process.env`, which `fetch` reads for each request.
 * @throws {InvalidOptionsError} when it would not.
 */
export function refuseProxiedFetch(
  url: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  const { hostname, host, protocol } = new URL(url);
  if (!isLoopback(hostname) || !takesProxyOfEnvironment(globalAgent)) return;
  const scheme = protocol.slice(0, -1);
  const proxy = env[`${scheme}_proxy`] ?? env[`${scheme.toUpperCase()}_PROXY`];
  const exempt = (env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    .toLowerCase()
    .split(/[,\s]+/);
  if (!proxy || [hostname, host, '*'].some((name) => exempt.includes(name)))
    return;
  throw new InvalidOptionsError(
    [
      `NODE_USE_ENV_PROXY makes fetch use the environment's proxy, also for ${host}, because NO_PROXY does not list ${hostname}: the proxy would see the token or the secret. Add ${hostname} to NO_PROXY, or bring a fetch or an adapter of your own.`,
    ],
    { what: 'The request cannot be made' },
  );
}
