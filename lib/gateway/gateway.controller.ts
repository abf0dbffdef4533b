import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  All,
  applyDecorators,
  Controller,
  Inject,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { NOT_DESCRIBED } from '../inbound/api-description.js';
import { nodeResponse, takeOver } from '../inbound/node-response.js';
import type { GatewayShape } from './aspose-gateway-options.interface.js';
import type { Gateway } from './gateway.js';
import { GatewayException } from './gateway-exception.js';

/** The injection token of a function that returns the gateway: an app may have each provider proxied, and what has private fields cannot be. */
export const GATEWAY = 'ASPOSE_GATEWAY';

/** Makes a new controller class for each registration, so that one app can have several gateways. */
export function createGatewayController({
  path,
  guards = [],
  decorators = [],
}: GatewayShape): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...guards)
  class GatewayController {
    constructor(
      @Inject(GATEWAY) private readonly gateway: () => Gateway,
      @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    ) {}

    /** Its path depends on the platform, see {@link routeGateway}. */
    @All()
    @NOT_DESCRIBED
    async call(
      @Req() request: object,
      @Res() response: ServerResponse,
    ): Promise<void> {
      const { raw = request } = request as { readonly raw?: object };
      try {
        await this.gateway().pass(
          request,
          raw as IncomingMessage,
          nodeResponse(response),
          () => void takeOver(response),
        );
      } catch (error) {
        if (error instanceof GatewayException)
          for (const [name, value] of Object.entries(error.headers))
            this.adapterHost.httpAdapter.setHeader(response, name, value);
        throw error;
      }
    }
  }
  applyDecorators(...decorators)(GatewayController);
  // Throttlers count by the names of class and handler.
  const name = `GatewayController ${path}`;
  return Object.defineProperty(GatewayController, 'name', {
    value: name.replace(/\W+(\w?)/g, (_, first: string) => first.toUpperCase()),
  });
}

/** Has a controller serve all that is below its path. To be called before Nest reads the routes. */
export function routeGateway(controller: Type, anyPath: string): void {
  const { call } = controller.prototype as { readonly call: object };
  Reflect.defineMetadata('path', anyPath, call);
}
