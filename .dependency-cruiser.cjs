/** What each room of lib/ may import from the others; the files in lib/ itself wire the rooms together. */
const ROOMS = {
  errors: [],
  network: ['errors'],
  token: ['errors'],
  checks: ['token', 'network', 'errors'],
  registration: ['checks', 'errors'],
  credential: ['token', 'errors'],
  refreshing: ['token', 'credential', 'errors'],
  store: ['token', 'credential', 'errors'],
  'client-credentials': ['token', 'credential', 'errors'],
  transport: ['client-credentials', 'token', 'network', 'errors'],
  'http/body': ['token', 'errors'],
  'http/failure': ['http', 'http/body', 'token', 'errors'],
  http: ['http/body', 'token', 'checks', 'errors'],
  'http/axios': ['http', 'http/body', 'token', 'network', 'errors'],
  'http/fetch': ['http', 'http/body', 'token', 'network', 'errors'],
  inbound: [
    'http',
    'http/failure',
    'clients',
    'tenants',
    'token',
    'checks',
    'errors',
  ],
  tenants: ['credential', 'token', 'errors'],
  options: [
    'tenants',
    'store',
    'token',
    'credential',
    'refreshing',
    'client-credentials',
    'transport',
    'http',
    'checks',
    'network',
    'errors',
  ],
  clients: [
    'tenants',
    'options',
    'store',
    'registration',
    'refreshing',
    'credential',
    'client-credentials',
    'transport',
    'http',
    'http/axios',
    'http/fetch',
    'token',
    'errors',
  ],
  endpoint: [
    'clients',
    'tenants',
    'options',
    'registration',
    'checks',
    'inbound',
    'transport',
    'client-credentials',
    'credential',
    'token',
    'errors',
  ],
  console: [
    'clients',
    'credential',
    'registration',
    'checks',
    'inbound',
    'token',
    'errors',
  ],
  gateway: [
    'clients',
    'tenants',
    'registration',
    'checks',
    'inbound',
    'http',
    'network',
    'token',
    'errors',
  ],
  sdk: [
    'clients',
    'client-credentials',
    'http',
    'http/axios',
    'http/body',
    'token',
    'checks',
    'network',
    'errors',
  ],
  redis: ['store', 'checks', 'errors'],
  opentelemetry: ['clients', 'store', 'credential', 'token', 'errors'],
  terminus: ['clients', 'registration', 'token', 'checks', 'errors'],
  command: ['testing/emulator', 'testing/conversion'],
  schematics: [],
};

const PLAIN_TYPESCRIPT = [
  'errors',
  'network',
  'token',
  'checks',
  'credential',
  'refreshing',
  'store',
  'client-credentials',
  'schematics',
];

/** Rooms that are entered from outside only: subpaths of the package, its command, and `nest add`. */
const ENTRANCES = [
  'console',
  'endpoint',
  'gateway',
  'sdk',
  'redis',
  'opentelemetry',
  'terminus',
  'testing',
  'command',
  'schematics',
];

/** The files of a room, without those of a room inside it. */
const filesOf = (room) => `^lib/${room}/[^/]+$`;
const anyOf = (rooms) => rooms.map(filesOf).join('|');

/** Folders inside a room that belong to it. */
const PARTS = { console: ['console/page'], sdk: ['sdk/slides'] };
const partsOf = (room) => [room, ...(PARTS[room] ?? [])];

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
      from: { path: '^lib/', pathNot: `^lib/(?:${room}|command)/` },
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
      from: { path: anyOf(PLAIN_TYPESCRIPT) },
      to: { path: 'node_modules' },
    },
    {
      name: 'every-room-has-a-rule',
      severity: 'error',
      from: {
        path: '^lib/[^/]+/',
        pathNot: `${anyOf(Object.keys(ROOMS).flatMap(partsOf))}|^lib/testing/`,
      },
      to: {},
    },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `what-${room}-imports`,
      severity: 'error',
      from: { path: anyOf(partsOf(room)) },
      to: { path: '^lib/', pathNot: anyOf([...partsOf(room), ...allowed]) },
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
