import { fileURLToPath } from 'node:url';

import { lowestPeers } from './lowest-peers.mjs';

const NEST_10 = {
  files: 'nest-10',
  install: 'npm i nestjs-aspose-auth @nestjs/axios@3 axios',
};

/** The apps that the package is tried in: what each is made of, and how the README has the package installed there. */
export const CONSUMERS = {
  'nest-12': {
    about: 'Nest 12: ES modules, vitest 4, TypeScript 6.0',
    files: 'nest-12',
    install: 'npm i nestjs-aspose-auth @nestjs/axios axios',
    // The types of @nestjs/axios 12 do not compile with it.
    oldestAxiosFlags: ['--skipLibCheck'],
  },
  'nest-11': {
    about: 'Nest 11: CommonJS, jest 30, TypeScript 5.7',
    files: 'nest-11',
    install: 'npm i nestjs-aspose-auth @nestjs/axios@4 axios',
  },
  'nest-10': {
    ...NEST_10,
    about:
      'Nest 10: CommonJS, jest 29, TypeScript 5.1, module resolution node10',
  },
};

/** The app with the lowest version of each peer. */
export const LOWEST_CONSUMER = {
  ...NEST_10,
  about: 'Nest 10, with the lowest peers that the package admits',
  pins: lowestPeers(),
  // As `nest new` 10 has it: the types of Nest 10.0 do not compile otherwise.
  tscFlags: ['--strictNullChecks', 'false'],
};

/** Where the files of the consumers are. */
export const CONSUMER_FILES = fileURLToPath(
  new URL('consumers', import.meta.url),
);
