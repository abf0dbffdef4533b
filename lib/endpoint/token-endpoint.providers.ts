import type { Provider } from '@nestjs/common';

import {
  DEFAULT_BASE_URL,
  DEFAULT_TOKEN_ENDPOINT,
} from '../aspose-auth.constants.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { DEFAULT_QUERY_NAMES } from '../token/token-request.js';
import { TokenSource } from '../token/token-source.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import { readClientRequest, readRefusedToken } from './client-request.js';
import { TokenBroker } from './token-broker.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';
import { TokenEndpointHandler } from './token-endpoint.handler.js';
import { tokenEndpointProblems } from './token-endpoint-problems.js';
import { TokenForwarder } from './token-forwarder.js';

/** The injection token of a token endpoint's policy. */
export const TOKEN_ENDPOINT_POLICY = 'ASPOSE_TOKEN_ENDPOINT_POLICY';

const DEFAULT_TIMEOUT_MS = 4_000;
const DEFAULT_MIN_VALIDITY_MS = 300_000;

/** Everything between a token endpoint's options and its controller. */
export function tokenEndpointProviders(shape: TokenEndpointShape): Provider[] {
  return [
    {
      provide: TokenEndpointHandler,
      inject: [
        TOKEN_ENDPOINT_POLICY,
        { token: TokenSource, optional: true },
        { token: TokenClock, optional: true },
      ],
      useFactory: (
        policy: TokenEndpointPolicy,
        tokens: TokenSource | undefined,
        clock: TokenClock = new SystemTokenClock(),
      ): TokenEndpointHandler => {
        const problems = tokenEndpointProblems(shape, policy, tokens);
        if (problems.length > 0)
          throw new InvalidOptionsError(problems, {
            what: 'AsposeTokenEndpointModule cannot start',
          });
        return shape.mode === 'broker' && tokens !== undefined
          ? brokerHandler(tokens, policy, clock)
          : forwardHandler(policy, clock);
      },
    },
  ];
}

function brokerHandler(
  tokens: TokenSource,
  { minValidityMs = DEFAULT_MIN_VALIDITY_MS }: TokenEndpointPolicy,
  clock: TokenClock,
): TokenEndpointHandler {
  const broker = new TokenBroker(tokens, clock, minValidityMs);
  return {
    answer: async (request) => broker.grant(readRefusedToken(request)),
  };
}

function forwardHandler(
  {
    tokenEndpoint = DEFAULT_BASE_URL + DEFAULT_TOKEN_ENDPOINT,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    allowedClientIds,
    tokenAxios,
  }: TokenEndpointPolicy,
  clock: TokenClock,
): TokenEndpointHandler {
  const forwarder = new TokenForwarder({
    endpoint: {
      url: tokenEndpoint,
      credentialsIn: 'form',
      queryNames: DEFAULT_QUERY_NAMES,
    },
    transport: axiosTokenTransport(tokenAxios),
    clock,
    timeoutMs,
    allowedClientIds,
  });
  return {
    answer: async (request) => forwarder.forward(readClientRequest(request)),
  };
}
