import type { ExecutionContext } from '@nestjs/common';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AccessToken } from '../token/access-token.js';

/** Beside the request, not on it: loggers print requests. */
const guarded = new WeakMap<object, { readonly token?: AccessToken }>();

/** Keeps what a guard got for a request: nothing, where the app needs no token. */
export function keepGuardedToken(
  request: object,
  token: AccessToken | undefined,
): void {
  guarded.set(request, token === undefined ? {} : { token });
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
    const kept = keptFor(argument) ?? keptFor(requestIn(argument));
    if (kept !== undefined) return kept.token;
  }
  throw new AsposeAuthError(
    AsposeAuthErrorCode.UNGUARDED,
    `@AsposeToken() has no token for ${context.getClass().name}.${context.getHandler().name}: put @RequireAsposeToken() on it.`,
  );
}

function keptFor(candidate: unknown): { token?: AccessToken } | undefined {
  return typeof candidate === 'object' && candidate !== null
    ? guarded.get(candidate)
    : undefined;
}

/** GraphQL has the request in its context. */
function requestIn(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'req' in argument
    ? argument.req
    : undefined;
}
