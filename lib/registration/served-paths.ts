import type { Provider } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

const SERVED_PATHS = 'ASPOSE_SERVED_PATHS';

/** A path as routers compare it: in lower case, without slashes at the edges. */
export function routePath(path: string): string {
  return path.replaceAll(/^\/+|(?<!\/)\/+$/g, '').toLowerCase();
}

/** Notes the route paths that a registration serves, for the others to see. */
export function servesPaths(...paths: string[]): Provider {
  return { provide: SERVED_PATHS, useValue: paths };
}

/** The first of these paths that is served more than once, whatever of this package serves it; undefined if there is none. */
export function contestedPath(
  modules: ModulesContainer,
  paths: readonly string[],
): string | undefined {
  const served = servedIn(modules);
  return paths.find((path) => served.filter((at) => at === path).length > 1);
}

/** A path at or below another that is served as well, whatever of this package serves it; undefined if there is none. */
export function contestedPathBelow(
  modules: ModulesContainer,
  path: string,
): string | undefined {
  return (
    contestedPath(modules, [path]) ??
    servedIn(modules).find((at) => at.startsWith(`${path}/`))
  );
}

function servedIn(modules: ModulesContainer): string[] {
  return [...modules.values()]
    .map(({ providers }): unknown => providers.get(SERVED_PATHS)?.instance)
    .filter((paths) => Array.isArray(paths))
    .flat();
}
