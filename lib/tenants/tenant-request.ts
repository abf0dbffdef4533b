import type { ExecutionContext } from '@nestjs/common';

/**
 * What stands for the caller in a context: the request over HTTP, also with GraphQL; the client of a WebSocket gateway; the
 * message of a microservice.
 */
export function requestOf(context: ExecutionContext): unknown {
  switch (context.getType<string>()) {
    case 'http':
      return context.switchToHttp().getRequest();
    case 'ws':
      return context.switchToWs().getClient();
    case 'graphql': {
      // Its arguments come from the caller, and may be called `req`.
      const shared = context.getArgByIndex<{ req?: unknown } | null>(2);
      return shared?.req ?? shared;
    }
    default:
      return context.getArgs<unknown[]>().find(isObject);
  }
}

/** What tells a call from all others, for guards and interceptors: one socket stands for many messages. */
export function callOf(context: ExecutionContext): unknown {
  const isOneCall = ['http', 'graphql'].includes(context.getType<string>());
  return isOneCall ? requestOf(context) : context.getArgs();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
