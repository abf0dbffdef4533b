import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/**
 * Asserts that an app registers a module once.
 *
 * Two registrations would each fetch tokens, and which one a class gets would depend on import order.
 *
 * @param options - the injection token of the module's options.
 * @param what - what cannot start otherwise.
 * @throws {InvalidOptionsError}
 */
export function assertSingleRegistration(
  modules: ModulesContainer,
  options: InjectionToken,
  what: string,
): void {
  const registrations = [...modules.values()].filter(({ providers }) =>
    providers.has(options),
  );
  if (registrations.length > 1)
    throw new InvalidOptionsError(
      what,
      [
        'It is registered more than once: call forRoot or forRootAsync in one module only. Unless isGlobal is false, the others need not import it.',
      ],
      AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
    );
}
