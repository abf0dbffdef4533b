import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';

import type { AccessToken } from '../token/access-token.js';
import { isDisabled } from '../token/token-if-enabled.js';
import { TokenSource } from '../token/token-source.js';
import { keepGuardedToken } from './guarded-token.js';
import {
  REQUIRE_ASPOSE_TOKEN,
  type RequireAsposeTokenOptions,
} from './require-aspose-token.metadata.js';
import { tokenHttpException } from './token-http-exception.js';

/**
 * Lets a request through once a valid Aspose token is at hand.
 *
 * Runs before the handler, its pipes and its file upload, so that nothing is uploaded in vain: without a token the
 * request is answered 503, 504 or 502 with `Retry-After`. With `auth: 'none'` every request passes.
 *
 * It says nothing about who the caller is. Put it behind your own guards, so that strangers cause no token requests.
 *
 * Every step is a protected method, to be overridden in a subclass:
 *
 * @example
 * ```ts
 * @Injectable()
 * export class GqlAsposeTokenGuard extends AsposeTokenGuard {
 *   protected override getRequest(context: ExecutionContext) {
 *     return GqlExecutionContext.create(context).getContext().req;
 *   }
 * }
 * ```
 */
@Injectable()
export class AsposeTokenGuard implements CanActivate {
  constructor(
    protected readonly tokens: TokenSource,
    protected readonly reflector: Reflector,
    protected readonly adapterHost: HttpAdapterHost,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const token = await this.getToken(context).catch((error: unknown) =>
      this.onTokenError(error, context),
    );
    const request = this.getRequest(context);
    if (typeof request === 'object' && request !== null)
      keepGuardedToken(request, context.getHandler(), token);
    return true;
  }

  /** The request that `@AsposeToken()` will ask about: of what a handler may get, the first that is an object. */
  protected getRequest(context: ExecutionContext): unknown {
    return context
      .getArgs<unknown[]>()
      .find((argument) => typeof argument === 'object' && argument !== null);
  }

  /** How long the token must at least stay valid, in milliseconds: as `@RequireAsposeToken()` says. */
  protected getMinValidityMs(context: ExecutionContext): number | undefined {
    return this.reflector.getAllAndOverride<
      RequireAsposeTokenOptions | undefined
    >(REQUIRE_ASPOSE_TOKEN, [context.getHandler(), context.getClass()])
      ?.minValidityMs;
  }

  /** Gets the token. */
  protected getToken(context: ExecutionContext): Promise<AccessToken> {
    return this.tokens.getToken({
      minValidityMs: this.getMinValidityMs(context),
    });
  }

  /**
   * Answers a failure to get the token.
   *
   * @returns undefined to let the request pass without a token.
   */
  protected onTokenError(error: unknown, context: ExecutionContext): undefined {
    if (isDisabled(error)) return undefined;
    throw tokenHttpException(error, context, this.adapterHost) ?? error;
  }
}
