import type { ExecutionContext } from '@nestjs/common';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AccessToken } from '../token/access-token.js';

interface GuardedToken {
  readonly token?: AccessToken;
}

/** A function that handles requests. */
type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * Beside the request, not on it: loggers print requests. And by handler: a socket is the same for message after message,
 * and a GraphQL request for field after field.
 */
const guarded = new WeakMap<object, WeakMap<Handler, GuardedToken>>();

/** Keeps what a guard got for a request and its handler: nothing, where the app needs no token. */
export function keepGuardedToken(
  request: object,
  handler: Handler,
  token: AccessToken | undefined,
): void {
  const byHandler = guarded.get(request) ?? new WeakMap();
  byHandler.set(handler, token === undefined ? {} : { token });
  guarded.set(request, byHandler);
}

/**
 * The token that a guard got for the request of a context, wherever its platform puts the request.
 *
 * @throws {AsposeAuthError} when no guard was there.
 */
export function guardedTokenOf(
  context: ExecutionContext,
): AccessToken | undefined {
  for (const argument of context.getArgs<unknown[]>()) {
    const kept =
      keptFor(argument, context.getHandler()) ??
      keptFor(requestIn(argument), context.getHandler());
    if (kept !== undefined) return kept.token;
  }
  throw new AsposeAuthError(
    AsposeAuthErrorCode.UNGUARDED,
    `@AsposeToken() has no token for ${context.getClass().name}.${context.getHandler().name}: put @RequireAsposeToken() on it.`,
  );
}

function keptFor(
  candidate: unknown,
  handler: Handler,
): GuardedToken | undefined {
  return typeof candidate === 'object' && candidate !== null
    ? guarded.get(candidate)?.get(handler)
    : undefined;
}

/** GraphQL has the request in its context. */
function requestIn(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'req' in argument
    ? argument.req
    : undefined;
}
