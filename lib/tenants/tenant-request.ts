import type { ExecutionContext } from '@nestjs/common';

/**
 * What stands for the caller in a context: the request over HTTP, also with GraphQL; the client of a WebSocket gateway; the
 * message of a microservice.
 */
export function requestOf(context: ExecutionContext): unknown {
  if (context.getType() === 'http') return context.switchToHttp().getRequest();
  const values = context
    .getArgs<({ readonly req?: unknown } | null | undefined)[]>()
    .filter((value) => typeof value === 'object');
  return (
    values.map((value) => value?.req).find((request) => request) ??
    values.find((value) => value)
  );
}
