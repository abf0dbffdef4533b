import { describe, expect, it } from 'vitest';

import { routePath } from '../../../lib/registration/served-paths.js';

describe('routePath', () => {
  it.each([
    'v4.0/cells/connect/token',
    '/v4.0/cells/connect/token',
    'V4.0/Cells/connect/TOKEN//',
    '//v4.0/cells/connect/token/',
  ])('reads %s as routers do', (path) => {
    expect(routePath(path)).toBe('v4.0/cells/connect/token');
  });
});
