import {
  applyDecorators,
  Controller,
  Get,
  Inject,
  Req,
  Res,
  ServiceUnavailableException,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { NOT_DESCRIBED } from '../inbound/api-description.js';
import { type PlatformResponse, takeOver } from '../inbound/node-response.js';
import type { AsposeConsoleOptions } from './aspose-console-options.interface.js';
import { DEFAULT_CONSOLE_PATH, STREAM } from './console-paths.js';
import { CONSOLE_PAGE, PAGE_HEADERS } from './page/console-page.js';
import type { TokenConsole } from './token-console.js';

/** The injection token of what a controller asks. */
export const TOKEN_CONSOLE = 'ASPOSE_TOKEN_CONSOLE';

/** What a controller needs of the console. */
export type ConsoleOfController = Pick<TokenConsole, 'hasRoom' | 'open'>;

/** Makes a new controller class for each registration, so that one app can serve several consoles. */
export function createConsoleController({
  path = DEFAULT_CONSOLE_PATH,
  guards = [],
  decorators = [],
}: AsposeConsoleOptions): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...guards)
  class ConsoleController {
    constructor(
      @Inject(TOKEN_CONSOLE) private readonly console: ConsoleOfController,
      @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    ) {}

    @Get()
    @NOT_DESCRIBED
    page(@Res() response: unknown): void {
      const { httpAdapter } = this.adapterHost;
      for (const [name, value] of Object.entries(PAGE_HEADERS))
        httpAdapter.setHeader(response, name, value);
      httpAdapter.reply(response, CONSOLE_PAGE, 200);
    }

    @Get(STREAM)
    @NOT_DESCRIBED
    stream(
      @Req() { method }: { readonly method: string },
      @Res() response: PlatformResponse,
    ): void {
      if (!this.console.hasRoom)
        throw new ServiceUnavailableException('Too many consoles are open.');
      const raw = takeOver(response);
      // To a GET route, platforms send HEAD as well: it has no body, and would never end.
      if (method === 'HEAD') raw.end();
      else this.console.open(raw);
    }
  }
  applyDecorators(...decorators)(ConsoleController);
  return ConsoleController;
}
