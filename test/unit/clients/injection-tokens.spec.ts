import { describe, expect, it } from 'vitest';

import {
  type ClientPart,
  tokenOf,
} from '../../../lib/clients/injection-tokens.js';
import {
  ASPOSE_FETCH,
  AsposeHttpService,
  AsposeTokenService,
  TokenSource,
} from '../../../lib/index.js';

describe('The injection token of a part', () => {
  it.each<[ClientPart, unknown]>([
    ['tokens', AsposeTokenService],
    ['source', TokenSource],
    ['http', AsposeHttpService],
    ['fetch', ASPOSE_FETCH],
  ])('is the public one for the default client: %s', (part, token) => {
    expect(tokenOf(part, 'default')).toBe(token);
  });

  it.each<[ClientPart, string]>([
    ['tokens', 'AsposeTokenService(reports)'],
    ['client', 'AsposeClient(reports)'],
    ['fetch', 'ASPOSE_FETCH(reports)'],
    ['givenOptions', 'ASPOSE_AUTH_MODULE_OPTIONS(reports)'],
  ])('carries the name of any other client: %s', (part, token) => {
    expect(tokenOf(part, 'reports')).toBe(token);
  });
});
