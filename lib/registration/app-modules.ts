import type {
  ApplicationConfig,
  ModuleRef,
  ModulesContainer,
} from '@nestjs/core';

/**
 * The modules of the app: the map that Nest itself has.
 *
 * The one that is injected may be a proxy, where all providers are observed through some, and a proxy of a map cannot be asked.
 */
export function modulesOf(moduleRef: ModuleRef): ModulesContainer {
  return containerOf(moduleRef).getModules();
}

/** What `app.setGlobalPrefix()` was given; empty without it. */
export function globalPrefixOf(moduleRef: ModuleRef): string {
  return containerOf(moduleRef).applicationConfig?.getGlobalPrefix() ?? '';
}

/** What Nest keeps of an app, and gives to nobody. */
interface Container {
  getModules(): ModulesContainer;
  readonly applicationConfig?: ApplicationConfig;
}

function containerOf(moduleRef: ModuleRef): Container {
  return (moduleRef as unknown as { readonly container: Container }).container;
}
