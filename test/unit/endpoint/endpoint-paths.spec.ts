import { describe, expect, it } from 'vitest';

import { leadsTo, routePath } from '../../../lib/endpoint/endpoint-paths.js';

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

describe('leadsTo', () => {
  it.each([
    ['connect/token', '/connect/token'],
    ['connect/token', '/api/Connect/token/?a=b'],
    ['v4.0/token', '/v4.0/token'],
    [':tenant/token', '/a/acme/token'],
    ['tenants/*any/token', '/tenants/a/b/token'],
    ['tenants/{:tenant}/token', '/tenants/acme/token'],
    ['a+b(c)', '/a+b(c)'],
  ])('says that a request to %s is %s', (path, url) => {
    expect(leadsTo(path, url)).toBe(true);
  });

  it.each([
    ['connect/token', '/token'],
    ['connect/token', '/disconnect/token'],
    ['connect/token', '/connect/tokens'],
    ['connect/token', '/?/connect/token'],
    ['v4.0/token', '/v4x0/token'],
    ['tenants/:tenant/token', '/acme/token'],
  ])('says that a request to %s is not %s', (path, url) => {
    expect(leadsTo(path, url)).toBe(false);
  });
});
