import type { CanActivate, Type } from '@nestjs/common';

import { AsposeTokenGuard } from './aspose-token.guard.js';

/** Guards, as `@UseGuards()` takes them. */
export type Guards = readonly (Type<CanActivate> | CanActivate)[];

/** Whether a guard decides who may ask: the token guard does not, it ensures that a token exists. */
export function hasCallerGuard(guards: Guards): boolean {
  return guards.some((guard) => !isTokenGuard(guard));
}

function isTokenGuard(guard: Guards[number]): boolean {
  return typeof guard === 'function'
    ? guard === AsposeTokenGuard || guard.prototype instanceof AsposeTokenGuard
    : guard instanceof AsposeTokenGuard;
}
