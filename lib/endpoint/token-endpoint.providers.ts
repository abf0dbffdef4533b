import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { DEFAULT_QUERY_NAMES } from '../client-credentials/token-request.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import {
  DEFAULT_BASE_URL,
  DEFAULT_TOKEN_ENDPOINT,
} from '../options/aspose-cloud.js';
import { assertStaticScope } from '../registration/static-scope.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { TokenSource } from '../token/token-source.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import { readClientRequest, readUnauthorizedToken } from './client-request.js';
import {
  DEFAULT_ENDPOINT_PATH,
  ENDPOINT_PATH,
  endpointPaths,
  routePath,
} from './endpoint-paths.js';
import { TokenBroker } from './token-broker.js';
import { TokenEndpointHandler } from './token-endpoint.controller.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';
import { tokenEndpointProblems } from './token-endpoint-problems.js';
import { TokenForwarder } from './token-forwarder.js';

/** The injection token of a token endpoint's policy. */
export const TOKEN_ENDPOINT_POLICY = 'ASPOSE_TOKEN_ENDPOINT_POLICY';

/** The opening words of an error that stops the boot. */
export const ENDPOINT_CANNOT_START = 'AsposeTokenEndpointModule cannot start';

const DEFAULT_TIMEOUT_MS = 4_000;
const DEFAULT_MIN_VALIDITY_MS = 300_000;

/** Everything between a token endpoint's options and its controller. */
export function tokenEndpointProviders(shape: TokenEndpointShape): Provider[] {
  const path = routePath(shape.path ?? DEFAULT_ENDPOINT_PATH);
  return [
    { provide: ENDPOINT_PATH, useValue: path },
    assertStaticScope(TokenEndpointHandler, ENDPOINT_CANNOT_START),
    {
      provide: TokenEndpointHandler,
      inject: [
        TOKEN_ENDPOINT_POLICY,
        ModulesContainer,
        { token: TokenSource, optional: true },
        { token: TokenClock, optional: true },
      ],
      useFactory: (
        policy: TokenEndpointPolicy,
        modules: ModulesContainer,
        tokens: TokenSource | undefined,
        clock: TokenClock = new SystemTokenClock(),
      ): TokenEndpointHandler => {
        const served = endpointPaths(modules).filter((at) => at === path);
        const problems = tokenEndpointProblems(shape, policy, {
          tokens,
          contestedPath: served.length > 1 ? path : undefined,
        });
        if (problems.length > 0)
          throw new InvalidOptionsError(problems, {
            what: ENDPOINT_CANNOT_START,
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
    answer: async (request) => broker.grant(readUnauthorizedToken(request)),
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
