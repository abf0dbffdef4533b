/** The pages, in the order of the sidebar. Titles are those of the pages. */
export const NAVIGATION = [
  { text: 'Start here', pages: ['quick-start'] },
  {
    text: 'What people do',
    pages: [
      'uploads',
      'sdks',
      'errors',
      'clients',
      'tenants',
      'fleet',
      'gateway',
      'token-endpoint',
    ],
  },
  { text: 'Keep it running', pages: ['operations', 'console'] },
  {
    text: 'Reference',
    pages: ['api/index'],
  },
  { text: 'The project', pages: ['security', 'changelog', 'contributing'] },
];
