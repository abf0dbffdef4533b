import { type DynamicModule, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AsposeClients } from '../clients/aspose-clients.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { modulesOf } from '../registration/app-modules.js';
import { REGISTERED, refuseBareImport } from '../registration/bare-import.js';
import {
  contestedPath,
  routePath,
  servesPaths,
} from '../registration/served-paths.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import type { AsposeConsoleOptions } from './aspose-console-options.interface.js';
import {
  type ConsoleOfController,
  createConsoleController,
  TOKEN_CONSOLE,
} from './console.controller.js';
import { DEFAULT_CONSOLE_PATH, STREAM } from './console-paths.js';
import {
  CANNOT_START,
  consoleProblems,
  shapeProblems,
} from './console-problems.js';
import { TokenConsole } from './token-console.js';

/**
 * Serves a page that shows what the tokens of the app's clients do, while they do it: how long they are valid, when they are
 * renewed, what fails and why, and which API answers 401.
 *
 * It holds no token and no secret. Behind a load balancer, each page speaks for one process, and says for which.
 */
@Module({ providers: [refuseBareImport(CANNOT_START)] })
export class AsposeConsoleModule {
  /**
   * Serves a console.
   *
   * @throws {InvalidOptionsError} at boot, for example when anyone could look.
   *
   * @example
   * ```ts
   * AsposeConsoleModule.forRoot({ guards: [OperatorGuard], imports: [OperatorModule] });
   * ```
   */
  static forRoot(options: AsposeConsoleOptions): DynamicModule {
    const problems = shapeProblems(options);
    if (problems.length > 0)
      throw new InvalidOptionsError(CANNOT_START, problems);
    const { path = DEFAULT_CONSOLE_PATH, imports = [] } = options;
    const paths = [path, `${path}/${STREAM}`].map(routePath);
    return {
      module: AsposeConsoleModule,
      imports,
      controllers: [createConsoleController(options)],
      providers: [
        REGISTERED,
        servesPaths(...paths),
        {
          provide: TOKEN_CONSOLE,
          inject: [
            ModuleRef,
            { token: AsposeClients, optional: true },
            { token: TokenClock, optional: true },
          ],
          useFactory: (
            moduleRef: ModuleRef,
            clients: AsposeClients | undefined,
            clock: TokenClock = new SystemTokenClock(),
          ) => {
            const problems = consoleProblems(
              options,
              clients,
              contestedPath(modulesOf(moduleRef), paths),
            );
            if (clients === undefined || problems.length > 0)
              throw new InvalidOptionsError(CANNOT_START, problems);
            return living(new TokenConsole(clients, clock));
          },
        },
      ],
    };
  }
}

/** What the controller uses, and Nest starts and ends; free of private fields, since an app may have each provider proxied. */
function living(
  console: TokenConsole,
): ConsoleOfController & Record<string, unknown> {
  return {
    get hasRoom() {
      return console.hasRoom;
    },
    open: (response) => console.open(response),
    onModuleInit: () => console.watch(),
    // Not later: Nest waits for open connections before it calls the hooks of the shutdown.
    onModuleDestroy: () => console.end(),
  };
}
