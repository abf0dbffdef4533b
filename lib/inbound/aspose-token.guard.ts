import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';

import {
  isRecord,
  problemsIn,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';
import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  InvalidOptionsError,
} from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import { minimumProblems } from '../token/token-lifetime.js';
import { TokenSource } from '../token/token-source.js';
import { describeTokenFailures } from './api-description.js';
import { asposeHttpException } from './failure-answer.js';

/** What `@RequireAsposeToken()` asks of the token. */
export interface RequireAsposeTokenOptions {
  /**
   * How long the token must stay valid, in milliseconds: at least as long as the handler is expected to take.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
}

/**
 * The metadata key of the decorator's options. `Reflector.createDecorator` is not in Nest 10.0.
 *
 * @internal
 */
export const REQUIRE_ASPOSE_TOKEN = 'ASPOSE_AUTH:REQUIRE_TOKEN';

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
    const token = this.tokens.isDisabled
      ? undefined
      : await this.getToken(context).catch((error: unknown) =>
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

  /** Gets the token. Not called with `auth: 'none'`. */
  protected async getToken(context: ExecutionContext): Promise<AccessToken> {
    const minValidityMs = this.getMinValidityMs(context);
    return this.tokens.getToken({ minValidityMs });
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

/**
 * Makes sure that a valid Aspose token is available before a handler, or any handler of a controller, runs.
 *
 * Put it above your own guards: decorators apply from the bottom up, so that yours run first and turn strangers away
 * before a token is fetched. @nestjs/swagger shows its 502, 503 and 504, unless you describe them yourself.
 *
 * @throws {InvalidOptionsError} as the class is declared, when `minValidityMs` is not a finite number from 0 up.
 *
 * @example
 * ```ts
 * @Post('convert')
 * @RequireAsposeToken({ minValidityMs: 120_000 })
 * @UseGuards(SessionGuard)
 * convert(@UploadedFile() workbook: Express.Multer.File) {}
 * ```
 */
export function RequireAsposeToken(
  options: RequireAsposeTokenOptions = {},
): MethodDecorator & ClassDecorator {
  const decorate = applyDecorators(
    SetMetadata(REQUIRE_ASPOSE_TOKEN, options),
    UseGuards(AsposeTokenGuard),
    describesTokenFailures,
  );
  return <Method>(
    target: object,
    handler?: string | symbol,
    descriptor?: TypedPropertyDescriptor<Method>,
  ): void => {
    const problems = requirementProblems(options);
    if (problems.length > 0)
      throw new InvalidOptionsError(
        `@RequireAsposeToken() cannot be put on ${nameOf(target, handler)}`,
        problems,
      );
    decorate(target, handler, descriptor);
  };
}

function requirementProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [`The options must be an object, not ${typeOf(options)}.`];
  const { minValidityMs = 0 } = options;
  return [
    ...unknownNames(options, ['minValidityMs']),
    ...minimumProblems(minValidityMs),
    ...problemsIn({
      'minValidityMs must be finite: a token lives for a day at the most.':
        minValidityMs === Infinity,
    }),
  ];
}

function nameOf(target: object, handler: string | symbol | undefined): string {
  return handler === undefined
    ? (target as { readonly name: string }).name
    : `${target.constructor.name}.${String(handler)}`;
}

const describesTokenFailures = (
  target: object,
  _name?: string | symbol,
  descriptor?: PropertyDescriptor,
): void =>
  descriptor === undefined
    ? describeTokenFailures(target as Type, undefined)
    : describeTokenFailures(target.constructor as Type, descriptor.value);

/**
 * Injects the `AccessToken` that the guard got for this request; undefined with `auth: 'none'`.
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
export const AsposeToken: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext) => guardedTokenOf(context),
);

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
