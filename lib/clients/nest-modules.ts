import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** A module as Nest keeps it. */
export type NestModule =
  ModulesContainer extends Map<string, infer Module> ? Module : never;

/** Whether Nest finds a provider for a module: among its own, and in what it imports. Modules for the whole app are imported by all. */
export function isInReach(token: InjectionToken, module: NestModule): boolean {
  return module.providers.has(token) || isImported(token, module.imports);
}

/** Whether modules export a provider, of their own or of a module that they import and export. */
export function isImported(
  token: InjectionToken,
  modules: Iterable<NestModule>,
  seen: Set<NestModule> = new Set(),
): boolean {
  return [...modules].some((module) => {
    if (seen.has(module)) return false;
    seen.add(module);
    const { exports, imports, providers } = module;
    if (exports.has(token) && providers.has(token)) return true;
    const passedOn = [...imports].filter(({ metatype }) =>
      exports.has(metatype),
    );
    return isImported(token, passedOn, seen);
  });
}
