import type { ExecutionContext } from '@nestjs/common';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AccessToken } from '../token/access-token.js';

/** A function that handles requests. */
type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * Not on the request, since loggers print requests. And by handler: one socket stands for many messages, one GraphQL
 * request for many fields.
 */
const guarded = new WeakMap<
  object,
  WeakMap<Handler, AccessToken | undefined>
>();

/** Keeps what a guard got for a request and its handler: undefined where the app needs no token. */
export function keepGuardedToken(
  request: object,
  handler: Handler,
  token: AccessToken | undefined,
): void {
  const byHandler = guarded.get(request) ?? new WeakMap();
  guarded.set(request, byHandler.set(handler, token));
}

/**
 * The token that a guard got for the request of a context, wherever its platform puts the request.
 *
 * @throws {AsposeAuthError} when no guard ran.
 */
export function guardedTokenOf(
  context: ExecutionContext,
): AccessToken | undefined {
  const handler = context.getHandler();
  const kept = context
    .getArgs<({ readonly req?: object } | null | undefined)[]>()
    // GraphQL has the request in its context.
    .flatMap((argument) => [argument ?? {}, argument?.req ?? {}])
    .map((request) => guarded.get(request))
    .find((byHandler) => byHandler?.has(handler));
  if (kept !== undefined) return kept.get(handler);
  throw new AsposeAuthError(
    AsposeAuthErrorCode.UNGUARDED,
    `@AsposeToken() has no token for ${context.getClass().name}.${handler.name}: put @RequireAsposeToken() on it.`,
  );
}
