import * as http from 'node:http';
import * as https from 'node:https';

import { isThisMachine } from './loopback.js';

/** How a request reaches the network, as axios is told. */
export interface Route {
  readonly proxy?: unknown;
  readonly httpAgent?: unknown;
  readonly httpsAgent?: unknown;
}

/** What keeps a request from the proxy of the environment. */
export interface DirectRoute extends Route {
  readonly proxy?: false;
}

/**
 * Keeps a request to this machine away from the environment's proxy, which is meant for other hosts.
 *
 * A proxy, or an agent with one, that the app gives to the request is used.
 *
 * @returns what to change of the route; nothing for a request to another machine.
 */
export function directRoute(url: string, given: Route): DirectRoute {
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
export function takesProxyOfEnvironment(agent: unknown): boolean {
  return Boolean((agent as { options?: NodeAgentOptions }).options?.proxyEnv);
}

/** Of Node 22.21 and 24.5. */
interface NodeAgentOptions extends https.AgentOptions {
  readonly proxyEnv?: unknown;
}

const direct = new WeakMap<http.Agent, http.Agent>();

function withoutProxy(agent: http.Agent): http.Agent {
  const known = direct.get(agent);
  if (known !== undefined) return known;
  const { options } = agent as { options?: NodeAgentOptions };
  const { Agent } = agent instanceof https.Agent ? https : http;
  const made = new Agent({ ...options, proxyEnv: undefined } as object);
  direct.set(agent, made);
  return made;
}
