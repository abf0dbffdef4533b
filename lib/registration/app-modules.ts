import type { ModuleRef, ModulesContainer } from '@nestjs/core';

/**
 * The modules of the app: the map that Nest itself has.
 *
 * The one that is injected may be a proxy, where all providers are observed through some, and a proxy of a map cannot be asked.
 */
export function modulesOf(moduleRef: ModuleRef): ModulesContainer {
  const { container } = moduleRef as unknown as {
    readonly container: { getModules(): ModulesContainer };
  };
  return container.getModules();
}
