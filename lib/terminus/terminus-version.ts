import type { ModulesContainer } from '@nestjs/core';

/** What Terminus has for its indicators, since 10.3; `degraded` since 12. */
interface HealthIndicatorServiceLike {
  check?(key: string): { readonly degraded?: unknown };
}

/**
 * Whether the app's own Terminus knows indicators that are degraded, as it does since 12. That version takes a result for what it
 * is; those before take a `down` that is thrown only.
 */
export function knowsDegraded(modules: ModulesContainer): boolean {
  for (const { name, providers } of modules.values()) {
    if (name !== 'TerminusModule') continue;
    for (const wrapper of providers.values()) {
      if (wrapper.name !== 'HealthIndicatorService') continue;
      const service = wrapper.instance as HealthIndicatorServiceLike;
      return typeof service.check?.('aspose').degraded === 'function';
    }
  }
  return false;
}
