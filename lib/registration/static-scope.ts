import type { InjectionToken, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/**
 * Makes a provider that fails the boot when `token` would be request-scoped: it holds state that must outlive requests.
 *
 * One request-scoped provider in the `inject` of a factory is enough for that.
 *
 * @param what - what cannot start otherwise.
 */
export function assertStaticScope(
  token: InjectionToken,
  what: string,
): Provider {
  return {
    provide: Symbol('assertStaticScope'),
    inject: [ModulesContainer],
    useFactory: (modules: ModulesContainer) => ({
      onModuleInit() {
        const isStatic = [...modules.values()].every(
          ({ providers }) =>
            providers.get(token)?.isDependencyTreeStatic() ?? true,
        );
        if (isStatic) return;
        throw new InvalidOptionsError(what, [
          'forRootAsync() injects a request-scoped provider, so that every request would fetch its own token: take the options from providers that live as long as the app.',
        ]);
      },
    }),
  };
}
