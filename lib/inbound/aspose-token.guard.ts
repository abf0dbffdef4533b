import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';

import { AsposeClients } from '../clients/aspose-clients.js';
import { TenantContext } from '../tenants/tenant-context.js';
import { callOf } from '../tenants/tenant-request.js';
import type { AccessToken } from '../token/access-token.js';
import { asposeHttpException } from './failure-answer.js';
import { keepGuardedToken, requestWithToken } from './guarded-tokens.js';
import {
  type RequireAsposeTokenOptions,
  REQUIREMENTS,
} from './requirements.js';

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
    protected readonly clients: AsposeClients,
    protected readonly tenants: TenantContext,
    protected readonly reflector: Reflector,
    protected readonly adapterHost: HttpAdapterHost,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    for (const requirement of this.getRequirements(context)) {
      const { client } = requirement;
      const token = this.clients.sourceOf(client).isDisabled
        ? undefined
        : await this.getToken(context, requirement).catch((error: unknown) =>
            this.onTokenError(error, context),
          );
      if (typeof request === 'object' && request !== null)
        keepGuardedToken(request, context.getHandler(), token, client);
    }
    return true;
  }

  /**
   * The request to which `@AsposeToken()` belongs: in a WebSocket gateway the message or, if that is no object, the client; in
   * a microservice the message.
   */
  protected getRequest(context: ExecutionContext): unknown {
    return requestWithToken(context);
  }

  /** The tokens that are needed, one at a time: what `@RequireAsposeToken()` asks for. */
  protected getRequirements(
    context: ExecutionContext,
  ): readonly RequireAsposeTokenOptions[] {
    return (
      this.reflector.getAllAndOverride<RequireAsposeTokenOptions[] | undefined>(
        REQUIREMENTS,
        [context.getHandler(), context.getClass()],
      ) ?? [{}]
    );
  }

  /** Gets a token, that of the request's tenant if it has one. Not called with `auth: 'none'`. */
  protected async getToken(
    context: ExecutionContext,
    { client, minValidityMs }: RequireAsposeTokenOptions,
  ): Promise<AccessToken> {
    const tokens = this.clients.sourceOf(client);
    return this.tenants.runFor(callOf(context), () =>
      tokens.getToken({ minValidityMs }),
    );
  }

  /**
   * Answers a failure to get the token.
   *
   * @returns undefined to let the request pass without a token.
   */
  protected onTokenError(error: unknown, context: ExecutionContext): undefined {
    throw asposeHttpException(error, context, this.adapterHost) ?? error;
  }
}
