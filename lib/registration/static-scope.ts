import type { InjectionToken, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/**
 * Makes a provider that refuses to start an app in which something is made anew for each request, though it keeps what
 * must outlive requests: tokens, and which credentials were refused.
 *
 * One request-scoped thing in the `inject` of a factory is enough for that.
 *
 * @param token - what must be there once.
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
        throw new InvalidOptionsError(
          [
            'forRootAsync() injects what is request-scoped, so that every request would fetch a token of its own: take the options from providers that live as long as the app.',
          ],
          { what },
        );
      },
    }),
  };
}
