import type { ModulesContainer } from '@nestjs/core';

/** Where Cells Cloud has its PostAccessToken: the default of the option `path`. */
export const DEFAULT_ENDPOINT_PATH = 'v4.0/cells/connect/token';

/** The injection token of the path that a token endpoint is served at. */
export const ENDPOINT_PATH = 'ASPOSE_TOKEN_ENDPOINT_PATH';

/** A path as routers compare it: in lower case, without slashes at the edges. */
export function routePath(path: string): string {
  return path.replaceAll(/^\/+|(?<!\/)\/+$/g, '').toLowerCase();
}

/** The route paths of the app's token endpoints, each as often as it is registered. */
export function endpointPaths(modules: ModulesContainer): string[] {
  return [...modules.values()]
    .map(({ providers }): unknown => providers.get(ENDPOINT_PATH)?.instance)
    .filter((path) => typeof path === 'string');
}
