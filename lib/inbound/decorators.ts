import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';

import {
  AsposeTokenGuard,
  guardedTokenOf,
  REQUIRE_ASPOSE_TOKEN,
  type RequireAsposeTokenOptions,
} from './aspose-token.guard.js';

/**
 * Makes sure that a valid Aspose token is available before a handler, or any handler of a controller, runs.
 *
 * Put it above your own guards: decorators apply from the bottom up, so that yours run first and turn strangers away
 * before a token is fetched.
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
  return applyDecorators(
    SetMetadata(REQUIRE_ASPOSE_TOKEN, options),
    UseGuards(AsposeTokenGuard),
  );
}

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
