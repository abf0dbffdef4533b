import * as http from 'node:http';
import * as https from 'node:https';

import { InvalidOptionsError } from '../errors/errors.js';
import { isThisMachine } from './loopback.js';

/** How a request reaches the network, as axios is told. */
interface Route {
  readonly proxy?: unknown;
  readonly httpAgent?: unknown;
  readonly httpsAgent?: unknown;
}

/**
 * Keeps a request to this machine away from the environment's proxy, which is meant for other hosts.
 *
 * A proxy, or an agent with one, that the app gives to the request is used.
 *
 * @returns what to change of the route; nothing for a request to another machine.
 */
export function directRoute(
  url: string,
  given: Route,
): Route & { readonly proxy?: false } {
  const { hostname, protocol } = new URL(url);
  if (!isThisMachine(hostname) || given.proxy) return {};
  const [name, { globalAgent }] =
    protocol === 'https:'
      ? (['httpsAgent', https] as const)
      : (['httpAgent', http] as const);
  const agent = given[name] ?? globalAgent;
  return agent === globalAgent && takesProxyOfEnvironment(agent)
    ? { proxy: false, [name]: withoutProxy(globalAgent) }
    : { proxy: false };
}

/** Whether an agent takes the proxy of the environment by itself, as that of Node does with `NODE_USE_ENV_PROXY`. */
function takesProxyOfEnvironment(agent: unknown): boolean {
  // Of Node 22.21 and 24.5.
  const { options } = agent as { options?: { readonly proxyEnv?: unknown } };
  return Boolean(options?.proxyEnv);
}

const direct = new WeakMap<http.Agent, http.Agent>();

function withoutProxy(agent: http.Agent): http.Agent {
  const known = direct.get(agent);
  if (known !== undefined) return known;
  const { options } = agent as { options?: object };
  const { Agent } = agent instanceof https.Agent ? https : http;
  const made = new Agent({ ...options, proxyEnv: undefined } as object);
  direct.set(agent, made);
  return made;
}

/**
 * Makes sure that the platform's `fetch` reaches this machine without a proxy.
 *
 * With `NODE_USE_ENV_PROXY` it takes that of the environment, and no request can tell it not to.
 *
 * @throws {InvalidOptionsError} when it would not.
 */
export function assertDirectFetch(url: string, env: NodeJS.ProcessEnv): void {
  const { hostname, host, protocol } = new URL(url);
  if (!isThisMachine(hostname) || !takesProxyOfEnvironment(http.globalAgent))
    return;
  const ofHttp = env['http_proxy'] ?? env['HTTP_PROXY'];
  const ofHttps = env['https_proxy'] ?? env['HTTPS_PROXY'];
  const proxy = protocol === 'https:' ? ofHttps || ofHttp : ofHttp;
  const exempt = exemptHosts(env['no_proxy'] ?? env['NO_PROXY'], /[,\s]+/);
  if (!proxy || [hostname, host, '*'].some((name) => exempt.includes(name)))
    return;
  throw new InvalidOptionsError('The request cannot be made', [
    `NODE_USE_ENV_PROXY makes fetch use the environment's proxy, also for ${host}, because NO_PROXY does not list ${hostname}: the proxy would see the token or the secret. Add ${hostname} to NO_PROXY, or bring a fetch or an adapter of your own.`,
  ]);
}

/** Whether axios may send a request to an `https:` host through a proxy: one of its own, or of the environment. */
export function isProxied({ proxy }: Route): boolean {
  if (proxy !== undefined && proxy !== null) return Boolean(proxy);
  return ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].some((name) =>
    Boolean(process.env[name]),
  );
}

/** Whether the `request` package, which official SDKs use, sends what is for `http://127.0.0.1` to a proxy. */
export function isLoopbackProxied(env: NodeJS.ProcessEnv): boolean {
  const proxy = env['HTTP_PROXY'] || env['http_proxy'];
  const exempt = exemptHosts(env['NO_PROXY'] || env['no_proxy'], /\s*,\s*/);
  return (
    Boolean(proxy) &&
    String(exempt) !== '*' &&
    !exempt.some((host) => /^\.*127\.0\.0\.1$/.test(host))
  );
}

/** The hosts that NO_PROXY lists; clients do not agree on what separates them. */
function exemptHosts(noProxy = '', separator: RegExp): string[] {
  return noProxy.trim().toLowerCase().split(separator);
}

/**
 * Tells whether axios makes a request by its adapter named `fetch`: of several, Node has those named `http` and `fetch`, and
 * axios takes the first.
 */
export function mayUseFetch(adapter: unknown): boolean {
  const names = [adapter].flat().map((name) => String(name).toLowerCase());
  const [fetch, http] = [names.indexOf('fetch'), names.indexOf('http')];
  return fetch !== -1 && (http === -1 || fetch < http);
}
