import {
  applyDecorators,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Patch,
  Post,
  Put,
  Req,
  Res,
  type Type,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../client-credentials/token-transport.js';
import { NOT_DESCRIBED } from '../inbound/api-description.js';
import type { EndpointRequest } from './client-request.js';
import { OAuthError, writeAnswer } from './endpoint-answer.js';
import { DEFAULT_ENDPOINT_PATH } from './default-endpoint-path.js';
import { TokenEndpointExceptionFilter } from './token-endpoint-exception.filter.js';
import { describeTokenEndpoint } from './token-endpoint-description.js';
import type { TokenEndpointShape } from './token-endpoint-options.interface.js';
import { TokenRequestBodyGuard } from './token-request-body.guard.js';

/** Answers one token request. Fails with an {@link OAuthError} when nothing is granted. */
export type TokenEndpointHandler = (
  request: EndpointRequest,
) => Promise<TokenResponse>;

/** The injection token of what a controller asks. */
export const TOKEN_ENDPOINT_HANDLER = 'ASPOSE_TOKEN_ENDPOINT_HANDLER';

/** Makes a new controller class for each registration, so that one app can serve several endpoints. */
export function createTokenEndpointController({
  mode,
  path = DEFAULT_ENDPOINT_PATH,
  guards = [],
  decorators = [],
}: TokenEndpointShape): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseFilters(TokenEndpointExceptionFilter)
  class TokenEndpointController {
    constructor(
      @Inject(TOKEN_ENDPOINT_HANDLER)
      private readonly handler: TokenEndpointHandler,
      @Inject(HttpAdapterHost)
      private readonly adapterHost: HttpAdapterHost,
    ) {}

    @Post()
    @HttpCode(200)
    @describeTokenEndpoint(mode)
    @UseGuards(TokenRequestBodyGuard, ...guards)
    async postAccessToken(
      @Req() request: EndpointRequest,
      @Res() response: unknown,
    ): Promise<void> {
      const answer = await this.handler(request);
      writeAnswer(this.adapterHost, response, answer);
    }
  }
  serveOnlyPost(TokenEndpointController.prototype);
  applyDecorators(...decorators)(TokenEndpointController);
  // @nestjs/swagger derives operation ids from the class name.
  const name = `TokenEndpointController ${mode} ${path}`;
  return Object.defineProperty(TokenEndpointController, 'name', {
    value: name.replace(/\W+(\w?)/g, (_, first: string) => first.toUpperCase()),
  });
}

const OTHER_METHODS = { get: Get, put: Put, patch: Patch, delete: Delete };

/** Adds handlers that answer 405. Not `@All()`, which would collide with the POST on Fastify. */
function serveOnlyPost(controller: object): void {
  const headers = { Allow: 'POST' };
  for (const [name, Method] of Object.entries(OTHER_METHODS)) {
    // A function of its own for each: it carries the route.
    const value = () =>
      Promise.reject(
        new OAuthError(405, 'Only POST is served here.', { headers }),
      );
    Object.defineProperty(controller, name, { value });
    applyDecorators(Method(), NOT_DESCRIBED)(controller, name, { value });
  }
}
