import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { isThisMachine } from '../network/loopback.js';
import type { GatewayPolicy } from './aspose-gateway-options.interface.js';

/** A gateway's policy with every default filled in. */
export interface GatewaySettings {
  readonly allow: readonly string[];
  readonly tenant: GatewayPolicy['tenant'];
  /** In lower case. */
  readonly headers: readonly string[];
  readonly maxBodyBytes: number;
  readonly maxConcurrent: number;
  readonly idleTimeoutMs: number;
  /** As `URL.origin` writes them. */
  readonly trustedOrigins: readonly string[];
  readonly csrf: boolean;
  readonly agent: HttpAgent;
  /** Does nothing where the app brought its own. */
  closeAgent(): void;
}

/** For how long a connection is kept that nobody uses, in milliseconds: less than the load balancers in front of APIs do. */
const KEEP_ALIVE_MS = 15_000;

/** Fills in the defaults of a policy that has no problems. */
export function gatewaySettings(
  policy: GatewayPolicy,
  baseUrl: string,
): GatewaySettings {
  const {
    allow,
    tenant,
    headers = [],
    maxBodyBytes = 100 * 1024 * 1024,
    maxConcurrent = 50,
    idleTimeoutMs = 100_000,
    trustedOrigins = [],
    csrf = true,
    agent,
  } = policy;
  const made = agent ?? keepingAgent(baseUrl, maxConcurrent);
  return {
    allow,
    tenant,
    headers: headers.map((name) => name.toLowerCase()),
    maxBodyBytes,
    maxConcurrent,
    idleTimeoutMs,
    trustedOrigins: trustedOrigins.map((origin) => new URL(origin).origin),
    csrf,
    agent: made,
    closeAgent: () => {
      if (agent === undefined) made.destroy();
    },
  };
}

/** Takes the proxy of the environment where Node can, but not for this machine. */
function keepingAgent(baseUrl: string, maxFreeSockets: number): HttpAgent {
  const { protocol, hostname } = new URL(baseUrl);
  const Agent = protocol === 'https:' ? HttpsAgent : HttpAgent;
  const proxyEnv = isThisMachine(hostname) ? undefined : process.env;
  return new Agent({
    keepAlive: true,
    timeout: KEEP_ALIVE_MS,
    maxFreeSockets,
    proxyEnv,
  } as object);
}
