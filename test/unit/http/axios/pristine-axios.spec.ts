import { Agent } from 'node:http';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { axiosOfNest } from '../../../../lib/http/axios/axios-copies.js';
import { pristineAxios } from '../../../../lib/http/axios/pristine-axios.js';

describe('A pristine axios', () => {
  const { defaults } = axiosOfNest;
  const before = { ...defaults };
  afterEach(() => {
    for (const name of Object.keys(defaults))
      Reflect.deleteProperty(defaults, name);
    Object.assign(defaults, before);
  });

  it('reaches the network as all of axios does', () => {
    const network = {
      timeout: 7_000,
      httpAgent: new Agent(),
      httpsAgent: new Agent(),
      proxy: { host: 'proxy.internal', port: 3128 },
    };
    Object.assign(defaults, network);

    const instance = pristineAxios({});

    expect(instance.defaults).toMatchObject(network);
    expect(instance.defaults.httpAgent).toBe(network.httpAgent);
    expect(instance.defaults.proxy).not.toBe(network.proxy);
  });

  it('has the settings that it is given beside those of axios', () => {
    const { headers, timeout } = pristineAxios({
      timeout: 1,
      headers: { common: { 'X-Team': 'reports' } },
    }).defaults;

    expect(timeout).toBe(1);
    expect(headers).toMatchObject({
      common: {
        Accept: 'application/json, text/plain, */*',
        'X-Team': 'reports',
      },
      post: {},
    });
  });

  it('has nothing that was set before this package was loaded', async () => {
    const ofTheApp = () => 'of another API';
    const renamed = [(data: unknown) => data];
    Object.assign(defaults, {
      headers: { get: { 'X-Api-Key': 'key' }, 'X-Api-Key': 'key' },
      transformRequest: [ofTheApp, before.transformRequest].flat(),
      transformResponse: renamed,
    });
    vi.resetModules();
    const reloaded =
      await import('../../../../lib/http/axios/pristine-axios.js');

    const made = reloaded.pristineAxios({}).defaults;

    expect(made.headers).toEqual({
      common: { Accept: 'application/json, text/plain, */*' },
      get: {},
    });
    expect(made.transformRequest).toStrictEqual(
      [before.transformRequest].flat(),
    );
    // As a bundler leaves them: which are axios' own, nobody can tell.
    expect(made.transformResponse).toStrictEqual(renamed);
  });
});
