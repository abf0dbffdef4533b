import {
  Controller,
  type CustomDecorator,
  Delete,
  Get,
  HttpCode,
  Inject,
  Patch,
  Post,
  Put,
  Req,
  Res,
  SetMetadata,
  type Type,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import type { EndpointRequest } from './client-request.js';
import { writeAnswer } from './endpoint-answer.js';
import { OAuthError } from './oauth-error.js';
import { TokenEndpointExceptionFilter } from './token-endpoint-exception.filter.js';
import { TokenEndpointHandler } from './token-endpoint.handler.js';
import type { TokenEndpointShape } from './token-endpoint-options.interface.js';

/** The default of the option `path`: where Cells Cloud has its PostAccessToken. */
export const DEFAULT_ENDPOINT_PATH = 'v4.0/cells/connect/token';

/** Makes a controller class of its own for each registration, so that several live in one app. */
export function createTokenEndpointController({
  mode,
  path = DEFAULT_ENDPOINT_PATH,
  guards = [],
}: TokenEndpointShape): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseFilters(TokenEndpointExceptionFilter)
  class TokenEndpointController {
    constructor(
      @Inject(TokenEndpointHandler)
      private readonly handler: TokenEndpointHandler,
      @Inject(HttpAdapterHost)
      private readonly adapterHost: HttpAdapterHost,
    ) {}

    @Post()
    @HttpCode(200)
    @UseGuards(...guards)
    async postAccessToken(
      @Req() request: EndpointRequest,
      @Res() response: unknown,
    ): Promise<void> {
      const answer = await this.handler.answer(request);
      writeAnswer(this.adapterHost, response, answer);
    }

    @Get()
    @Hidden()
    get(): void {
      throw methodNotAllowed();
    }

    @Put()
    @Hidden()
    put(): void {
      throw methodNotAllowed();
    }

    @Patch()
    @Hidden()
    patch(): void {
      throw methodNotAllowed();
    }

    @Delete()
    @Hidden()
    delete(): void {
      throw methodNotAllowed();
    }
  }
  // @nestjs/swagger makes operation ids of it.
  const name = `TokenEndpointController ${mode} ${path}`;
  return Object.defineProperty(TokenEndpointController, 'name', {
    value: name.replace(/\W+(\w?)/g, (_, first: string) => first.toUpperCase()),
  });
}

function methodNotAllowed(): OAuthError {
  return new OAuthError(405, 'invalid_request', 'Only POST is served here.', {
    Allow: 'POST',
  });
}

/** Keeps a method out of the API's description, as `@ApiExcludeEndpoint()` of @nestjs/swagger does. */
function Hidden(): CustomDecorator {
  return SetMetadata('swagger/apiExcludeEndpoint', { disable: true });
}
