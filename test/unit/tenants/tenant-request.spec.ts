import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { describe, expect, it } from 'vitest';

import {
  guardedTokenOf,
  keepGuardedToken,
  requestWithToken,
} from '../../../lib/inbound/guarded-tokens.js';
import { callOf, requestOf } from '../../../lib/tenants/tenant-request.js';
import { AccessToken } from '../../../lib/token/access-token.js';

class Handlers {}

const handler = () => {};

const contextOf = (type: string, ...args: unknown[]) => {
  const context = new ExecutionContextHost(args, Handlers, handler);
  context.setType(type);
  return context;
};

const request = { headers: {} };
const socket = { handshake: {} };
const forged = { req: { handshake: 'of somebody else' } };

describe('What a tenant is read from', () => {
  it.each<[string, string, unknown[], unknown]>([
    ['the request', 'http', [request, {}], request],
    ['the client of a gateway', 'ws', [socket, forged], socket],
    ['the message of a microservice', 'rpc', [forged, {}], forged],
    ['the context of a message that is text', 'rpc', ['a', socket], socket],
    [
      'the request of GraphQL',
      'graphql',
      [undefined, forged, { req: request }, {}],
      request,
    ],
    [
      'what GraphQL has for all of a request',
      'graphql',
      [forged, forged, socket, {}],
      socket,
    ],
    ['nothing', 'graphql', [undefined, forged, undefined, {}], undefined],
  ])(
    'is %s, and nothing that a caller could send in its place',
    (_, type, args, expected) => {
      expect(requestOf(contextOf(type, ...args))).toBe(expected);
    },
  );

  it('is kept for one message of a socket, and not for the next', () => {
    const first = contextOf('ws', socket, 'a');
    const second = contextOf('ws', socket, 'a');

    expect(callOf(first)).not.toBe(callOf(second));
    expect(callOf(contextOf('http', request))).toBe(request);
  });
});

describe('The token that a guard got', () => {
  const keep = (context: ExecutionContextHost, value: string) => {
    const token = new AccessToken(value);
    const by = requestWithToken(context) as object;
    keepGuardedToken(by, context.getHandler(), token);
    return token;
  };

  it.each<[string, ExecutionContextHost, ExecutionContextHost]>([
    [
      'another message of a socket',
      contextOf('ws', socket, { of: 'a' }),
      contextOf('ws', socket, { of: 'b' }),
    ],
    [
      'a message of a socket that is text',
      contextOf('ws', socket, { of: 'a' }),
      contextOf('ws', socket, 'b'),
    ],
    [
      'a request of GraphQL that resolves fields of the same object',
      contextOf('graphql', socket, {}, { req: { of: 'a' } }),
      contextOf('graphql', socket, {}, { req: { of: 'b' } }),
    ],
  ])('is not that of %s', (_, one, other) => {
    const tokens = [keep(one, 'a'), keep(other, 'b')];

    expect([guardedTokenOf(one), guardedTokenOf(other)]).toEqual(tokens);
    expect(guardedTokenOf(one)).toBe(tokens[0]);
  });
});
