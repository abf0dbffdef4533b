import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/**
 * Refuses to start an app that registers the module twice.
 *
 * Two registrations would fetch tokens side by side, and which one a class gets would depend on import order.
 *
 * @throws {InvalidOptionsError}
 */
export function assertSingleRegistration(
  modules: ModulesContainer,
  options: InjectionToken,
): void {
  const registrations = [...modules.values()].filter(({ providers }) =>
    providers.has(options),
  );
  if (registrations.length > 1)
    throw new InvalidOptionsError(
      [
        'It is registered more than once: call forRoot or forRootAsync in one module only. Unless isGlobal is false, the others need not import it.',
      ],
      { code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION },
    );
}
