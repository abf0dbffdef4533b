import type { Provider } from '@nestjs/common';

import { InvalidOptionsError } from '../errors/errors.js';

const BARE_IMPORT = Symbol('bareImport');

/**
 * Makes a provider of a module class that fails the boot of an app which imports the class itself, without options.
 *
 * @param what - what cannot start.
 */
export function refuseBareImport(what: string): Provider {
  return {
    provide: BARE_IMPORT,
    useFactory: () => {
      throw new InvalidOptionsError(what, [
        'It is imported without options: call its forRoot() or forRootAsync(), in the imports of one module.',
      ]);
    },
  };
}

/** What a registration puts in that provider's place: Nest adds the providers of the class to those of the registration. */
export const REGISTERED: Provider = { provide: BARE_IMPORT, useValue: true };
