import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';

import type { AccessToken } from '../token/access-token.js';
import { TokenSource } from '../token/token-source.js';
import { keepGuardedToken } from './guarded-token.js';
import {
  REQUIRE_ASPOSE_TOKEN,
  type RequireAsposeTokenOptions,
} from './require-aspose-token.metadata.js';
import { tokenHttpException } from './token-error-response.js';

/**
 * Lets a request through once a valid Aspose token is available.
 *
 * Runs before the handler, its pipes and its file upload: without a token it answers 503, 504 or 502 with
 * `Retry-After`, before anything is uploaded. With `auth: 'none'` every request passes.
 *
 * It does not check who the caller is. Put it behind your own guards, so that strangers cause no token requests.
 *
 * Every step is a protected method that a subclass can override:
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

  /** The request to which `@AsposeToken()` belongs: the handler's first argument that is an object. */
  protected getRequest(context: ExecutionContext): unknown {
    return context
      .getArgs<unknown[]>()
      .find((argument) => typeof argument === 'object' && argument !== null);
  }

  /** How long the token must stay valid, in milliseconds: what `@RequireAsposeToken()` asks for. */
  protected getMinValidityMs(context: ExecutionContext): number | undefined {
    return this.reflector.getAllAndOverride<
      RequireAsposeTokenOptions | undefined
    >(REQUIRE_ASPOSE_TOKEN, [context.getHandler(), context.getClass()])
      ?.minValidityMs;
  }

  /** Gets the token; undefined with `auth: 'none'`. */
  protected async getToken(
    context: ExecutionContext,
  ): Promise<AccessToken | undefined> {
    const minValidityMs = this.getMinValidityMs(context);
    return this.tokens.isDisabled
      ? undefined
      : this.tokens.getToken({ minValidityMs });
  }

  /**
   * Answers a failure to get the token.
   *
   * @returns undefined to let the request pass without a token.
   */
  protected onTokenError(error: unknown, context: ExecutionContext): undefined {
    throw tokenHttpException(error, context, this.adapterHost) ?? error;
  }
}
