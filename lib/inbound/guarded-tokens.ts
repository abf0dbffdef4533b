import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import { requestOf } from '../tenants/tenant-request.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';

/** A function that handles requests. */
type Handler = ReturnType<ExecutionContext['getHandler']>;

/** What a guard got for a handler, by client: undefined where the client needs no token. */
type TokensByClient = Map<string, AccessToken | undefined>;

/**
 * Not on the request, since loggers print requests. And by handler: one socket stands for many messages, one GraphQL
 * request for many fields.
 */
const guarded = new WeakMap<object, WeakMap<Handler, TokensByClient>>();

/**
 * What a handler's token is kept by: something that no other call has, if there is any. Callers on one socket may be of several
 * tenants, and what GraphQL resolves fields of may be shared by all requests.
 */
export function requestWithToken(context: ExecutionContext): unknown {
  const isObject = (value: unknown) =>
    typeof value === 'object' && value !== null;
  const message: unknown =
    context.getType<string>() === 'ws' && context.switchToWs().getData();
  return isObject(message)
    ? message
    : (requestOf(context) ?? context.getArgs<unknown[]>().find(isObject));
}

/** Keeps what a guard got for a request and its handler: undefined where the client needs no token. */
export function keepGuardedToken(
  request: object,
  handler: Handler,
  token: AccessToken | undefined,
  client: string = DEFAULT_CLIENT,
): void {
  const byHandler =
    guarded.get(request) ?? new WeakMap<Handler, TokensByClient>();
  const byClient: TokensByClient = byHandler.get(handler) ?? new Map();
  byHandler.set(handler, byClient.set(client, token));
  guarded.set(request, byHandler);
}

/**
 * The token that a guard got for the request of a context, wherever its platform puts the request.
 *
 * @param client - the name of the client, unless the guard asked one client alone.
 * @throws {AsposeAuthError} when no guard asked that client, or when it asked several and none is named.
 */
export function guardedTokenOf(
  context: ExecutionContext,
  client?: string,
): AccessToken | undefined {
  const handler = context.getHandler();
  // A guard's subclass may have it somewhere else.
  const places = context
    .getArgs<({ readonly req?: unknown } | null | undefined)[]>()
    .flatMap((argument) => [argument, argument?.req]);
  const byClient = [requestWithToken(context), ...places]
    .map((request) => guarded.get(Object(request))?.get(handler))
    .find((tokens) => tokens !== undefined);
  const clients = [...(byClient?.keys() ?? [])];
  const name = client ?? (clients.length > 1 ? DEFAULT_CLIENT : clients[0]);
  if (name !== undefined && byClient?.has(name)) return byClient.get(name);
  const where = `${context.getClass().name}.${handler.name}`;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.UNGUARDED,
    client === undefined && clients.length > 1
      ? `@AsposeToken() does not say which token ${where} gets: that of ${clients.join(', ')}? Name the client: @AsposeToken('${clients[0]}').`
      : `@AsposeToken(${client === undefined ? '' : `'${client}'`}) has no token for ${where}: put @RequireAsposeToken(${client === undefined ? '' : `{ client: '${client}' }`}) on it.`,
  );
}

/**
 * Injects the `AccessToken` that the guard got for this request; undefined with `auth: 'none'`. Name the client where the
 * guard asks several.
 *
 * @throws {AsposeAuthError} when the handler is not guarded by `@RequireAsposeToken()`.
 *
 * @example
 * ```ts
 * @Get('legacy')
 * @RequireAsposeToken()
 * legacy(@AsposeToken() token: AccessToken) {
 *   return this.legacyClient.call({ bearer: token.value });
 * }
 * ```
 */
export const AsposeToken: (client?: string) => ParameterDecorator =
  createParamDecorator(
    (client: string | undefined, context: ExecutionContext) =>
      guardedTokenOf(context, client),
  );
