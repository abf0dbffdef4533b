import { ModulesContainer } from '@nestjs/core';

/**
 * Has `close` called when the app shuts down, after the shutdown hooks of its modules: these may still need what it closes.
 *
 * It hangs on the module of Nest's own providers. A module of ours would not do: Nest calls no hook of a module that was
 * loaded lazily, and Nest 10 calls those near the root last.
 */
export function addLastShutdownHook(
  modules: ModulesContainer,
  close: () => Promise<void>,
): void {
  for (const module of modules.values()) {
    if (!module.providers.has(ModulesContainer)) continue;
    module.addProvider({
      provide: Symbol('lastShutdownHook'),
      useValue: { onApplicationShutdown: close },
    });
    // Since Nest 11 a global module has the greatest distance, and its turn comes last.
    if (module.distance < Number.MAX_VALUE) module.distance = -1;
  }
}
