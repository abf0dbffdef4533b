/** What each room of lib/ may import from the others; files of lib/ itself wire the rooms together. */
const ROOMS = {
  errors: [],
  token: ['errors'],
  transport: ['token', 'errors'],
  store: ['token', 'errors'],
  http: ['token', 'errors'],
  sdk: ['http', 'token', 'errors'],
  inbound: ['token', 'errors'],
  endpoint: [
    'token',
    'errors',
    'transport',
    'inbound/token-error-response',
    'inbound/aspose-token.guard',
    'inbound/ws-exception',
    'options/axios-problems',
    'options/option-checks',
    'options/options-factory',
    'options/refuse-request-scope',
    'aspose-auth.constants',
  ],
  schematics: [],
};

const PLAIN_TYPESCRIPT = ['errors', 'token', 'schematics'];

/** Rooms that are entered from outside only. */
const ENTRANCES = ['testing', 'schematics'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ENTRANCES.map((room) => ({
      name: `nothing-imports-${room}`,
      severity: 'error',
      from: { path: '^lib/', pathNot: `^lib/${room}/` },
      to: { path: `^lib/${room}/` },
    })),
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'plain-typescript',
      severity: 'error',
      from: { path: `^lib/(${PLAIN_TYPESCRIPT.join('|')})/` },
      to: { path: 'node_modules' },
    },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `what-${room}-imports`,
      severity: 'error',
      from: { path: `^lib/${room}/` },
      to: { path: '^lib/', pathNot: `^lib/(${[room, ...allowed].join('|')})` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
