/** The pages, in the order of the sidebar. Titles are those of the pages. */
export const NAVIGATION = [
  {
    text: 'Start here',
    pages: ['quick-start', 'how-it-works', 'coming-from'],
  },
  {
    text: 'Guides',
    pages: [
      'convert',
      'calls',
      'uploads',
      'products',
      'sdks',
      'guard',
      'errors',
      'authenticate',
      'clients',
      'tenants',
      'fleet',
      'gateway',
      'token-endpoint',
      'testing',
    ],
  },
  {
    text: 'Where it runs',
    pages: [
      'jobs',
      'microservices',
      'graphql',
      'serverless',
      'bundle',
      'kubernetes',
    ],
  },
  { text: 'Keep it running', pages: ['operations', 'console'] },
  {
    text: 'Reference',
    pages: ['options', 'error-codes', 'events', 'metrics', 'api/index'],
  },
  { text: 'The project', pages: ['security', 'changelog', 'contributing'] },
];
