import { Inject } from '@nestjs/common';

import { ASPOSE_FETCH } from './injection-tokens.js';

/**
 * Injects a `fetch` that sends the token to Aspose, and to nobody else.
 *
 * @example
 * ```ts
 * constructor(@InjectAsposeFetch() private readonly fetch: AsposeFetch) {}
 * ```
 */
export function InjectAsposeFetch(): ParameterDecorator & PropertyDecorator {
  return Inject(ASPOSE_FETCH);
}
