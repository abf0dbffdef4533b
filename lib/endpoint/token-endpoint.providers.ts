import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import {
  DEFAULT_BASE_URL,
  DEFAULT_TOKEN_ENDPOINT,
} from '../options/aspose-cloud.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { assertStaticScope } from '../registration/static-scope.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { DEFAULT_QUERY_NAMES } from '../client-credentials/token-request.js';
import { TokenSource } from '../token/token-source.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import { readClientRequest, readUnauthorizedToken } from './client-request.js';
import { TokenBroker } from './token-broker.js';
import { DEFAULT_ENDPOINT_PATH } from './token-endpoint.controller.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';
import { TokenEndpointHandler } from './token-endpoint.handler.js';
import { tokenEndpointProblems } from './token-endpoint-problems.js';
import { TokenForwarder } from './token-forwarder.js';

/** The injection token of a token endpoint's policy. */
export const TOKEN_ENDPOINT_POLICY = 'ASPOSE_TOKEN_ENDPOINT_POLICY';

/** The injection token of the path that a token endpoint is served at. */
const TOKEN_ENDPOINT_PATH = 'ASPOSE_TOKEN_ENDPOINT_PATH';

/** What an {@link InvalidOptionsError} of a token endpoint begins with. */
export const CANNOT_START = 'AsposeTokenEndpointModule cannot start';

const DEFAULT_TIMEOUT_MS = 4_000;
const DEFAULT_MIN_VALIDITY_MS = 300_000;

/** Everything between a token endpoint's options and its controller. */
export function tokenEndpointProviders(shape: TokenEndpointShape): Provider[] {
  const path = pathOf(shape);
  return [
    { provide: TOKEN_ENDPOINT_PATH, useValue: path },
    assertStaticScope(TokenEndpointHandler, CANNOT_START),
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
        const problems = tokenEndpointProblems(shape, policy, tokens);
        if (registrationsAt(path, modules) > 1)
          problems.push(
            `path: /${path} is served twice, and only the first would ever be asked. Give one of the two another path.`,
          );
        if (problems.length > 0)
          throw new InvalidOptionsError(problems, { what: CANNOT_START });
        return shape.mode === 'broker' && tokens !== undefined
          ? brokerHandler(tokens, policy, clock)
          : forwardHandler(policy, clock);
      },
    },
  ];
}

/** As routers compare paths. */
function pathOf({ path = DEFAULT_ENDPOINT_PATH }: TokenEndpointShape): string {
  return path.replaceAll(/^\/+|(?<!\/)\/+$/g, '').toLowerCase();
}

function registrationsAt(path: string, modules: ModulesContainer): number {
  return [...modules.values()].filter(
    ({ providers }) => providers.get(TOKEN_ENDPOINT_PATH)?.instance === path,
  ).length;
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
