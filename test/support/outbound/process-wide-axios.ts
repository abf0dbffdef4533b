import { text } from 'node:stream/consumers';

import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it, onTestFinished } from 'vitest';

import { axiosOfNest } from '../../../lib/http/axios/axios-copies.js';
import type { AsposeHttpService } from '../../../lib/index.js';
import { axiosTokenTransport } from '../../../lib/transport/axios-token-transport.js';
import { nestApp } from '../nest-app.js';
import { startSite } from '../loopback-site.js';

type Defaults = AxiosInstance['defaults'];

const KEY = 'key-of-another-vendor';

/** What an app may set for all of axios, and means for other APIs. */
const SETTINGS: [string, (defaults: Defaults) => unknown][] = [
  ['headers.common', ({ headers }) => (headers.common['X-Api-Key'] = KEY)],
  ['a cookie', ({ headers }) => (headers.common['Cookie'] = KEY)],
  ['headers.get', ({ headers }) => (headers.get['X-Api-Key'] = KEY)],
  ['headers.post', ({ headers }) => (headers.post['X-Api-Key'] = KEY)],
  ['headers', ({ headers }) => (headers['X-Api-Key'] = KEY)],
  ['Accept', ({ headers }) => (headers.common['Accept'] = KEY)],
  ['params', (defaults) => (defaults.params = { api_key: KEY })],
  ['auth', (defaults) => (defaults.auth = { username: 'me', password: KEY })],
  ['data', (defaults) => (defaults.data = { apiKey: KEY })],
  [
    'paramsSerializer',
    (defaults) => (defaults.paramsSerializer = { serialize: () => KEY }),
  ],
  [
    'transformRequest',
    (defaults) =>
      (defaults.transformRequest = [
        withKey,
        ...[defaults.transformRequest ?? []].flat(),
      ]),
  ],
  [
    'transformRequest, in place',
    ({ transformRequest = [] }) => {
      const transforms = transformRequest as unknown[];
      transforms.push(withKey);
      onTestFinished(() => void transforms.pop());
    },
  ],
  [
    'adapter',
    (defaults) =>
      (defaults.adapter = (config: InternalAxiosRequestConfig) => {
        config.headers.set('X-Api-Key', KEY);
        return axiosOfNest.getAdapter('http', config)(config as never) as never;
      }),
  ],
  ['beforeRedirect', (defaults) => (defaults['beforeRedirect'] = failing)],
  ['socketPath', (defaults) => (defaults.socketPath = `/nowhere/${KEY}`)],
  ['validateStatus', (defaults) => (defaults.validateStatus = () => false)],
];

function withKey(
  data: unknown,
  headers: { set(name: string, value: string): unknown },
) {
  headers.set('X-Api-Key', KEY);
  return data;
}

function failing() {
  throw new Error('called for another API');
}

/** Sets something for all of axios, until the test ends. */
function setForAll(set: (defaults: Defaults) => unknown): void {
  const { defaults } = axiosOfNest;
  const { headers, ...others } = defaults;
  const before = structuredClone({ ...headers });
  onTestFinished(() => {
    for (const name of Object.keys(headers)) delete headers[name];
    Object.assign(headers, before);
    for (const name of Object.keys(defaults))
      Reflect.deleteProperty(defaults, name);
    Object.assign(defaults, { headers, ...others });
  });
  set(defaults);
}

/** A site that remembers requests as far as they are the same each time. */
async function startRecorder() {
  const received: unknown[] = [];
  const { url } = await startSite(async (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { Location: '/' });
    const { host: _, ...headers } = request.headers;
    received.push({
      line: `${request.method} ${request.url}`,
      headers,
      body: await text(request),
    });
    response.end('{"is":"parsed"}');
  });
  return { url, received };
}

type Recorder = Awaited<ReturnType<typeof startRecorder>>;

/** What arrives of calls in every style. */
async function calls(
  { axiosRef }: AsposeHttpService,
  { received }: Recorder,
): Promise<unknown[]> {
  const answers = [
    await axiosRef.get('/', { params: { page: 1 } }),
    await axiosRef.get('/moved'),
    await axiosRef.delete('/'),
    await axiosRef.post('/', { a: 1 }),
    await axiosRef.put('/', new URLSearchParams({ a: '1' })),
    await axiosRef.patch('/', 'text'),
  ];
  expect(answers.map(({ data }) => data)).toStrictEqual(
    answers.map(() => ({ is: 'parsed' })),
  );
  return received.splice(0);
}

/** `AsposeHttpService` and token requests take nothing from the axios that a whole process shares. */
export function describeProcessWideAxios(): void {
  describe('What an app sets for all of axios', () => {
    it.each(
      SETTINGS.flatMap(([name, set]) => [
        [name, 'before', set] as const,
        [name, 'after', set] as const,
      ]),
    )(
      'goes with no call of AsposeHttpService: %s, set %s that is made',
      async (_, when, set) => {
        const site = await startRecorder();
        const options = { accessToken: 'static', baseUrl: site.url };
        const usual = await calls(
          (await nestApp().with(options).start()).aspose,
          site,
        );

        if (when === 'before') setForAll(set);
        const { aspose } = await nestApp().with(options).start();
        if (when === 'after') setForAll(set);

        expect(await calls(aspose, site)).toStrictEqual(usual);
      },
    );

    it.each(SETTINGS)('goes with no token request: %s', async (_, set) => {
      const site = await startRecorder();
      const transport = axiosTokenTransport();
      const ask = async () => {
        await transport(
          { url: site.url, headers: { Accept: 'text/plain' }, body: 'a=b' },
          new AbortController().signal,
        );
        return site.received.splice(0);
      };
      const usual = await ask();

      setForAll(set);

      expect(await ask()).toStrictEqual(usual);
    });

    it('is not changed by what is set for AsposeHttpService', async () => {
      const site = await startRecorder();
      const { aspose } = await nestApp()
        .with({
          accessToken: 'static',
          baseUrl: site.url,
        })
        .start();
      const usual = [
        (await axiosOfNest.post(site.url, { a: 1 })).data,
        site.received.splice(0),
      ];

      const { defaults } = aspose.axiosRef;
      defaults.headers.common['X-Ours'] = 'ours';
      defaults.headers.post['X-Ours'] = 'ours';
      (defaults.transformRequest as unknown[]).push(() => 'ours');
      (defaults.transformResponse as unknown[]).push(() => 'ours');
      const other = await nestApp()
        .with({
          accessToken: 'static',
          baseUrl: site.url,
        })
        .start();

      expect([
        (await axiosOfNest.post(site.url, { a: 1 })).data,
        site.received.splice(0),
      ]).toStrictEqual(usual);
      await calls(other.aspose, site);
    });
  });

  it('AsposeHttpService sends the headers that axios sends', async () => {
    const site = await startRecorder();
    const { aspose } = await nestApp()
      .with({ auth: 'none', baseUrl: site.url })
      .start();
    const plain = { axiosRef: axiosOfNest.create({ baseURL: site.url }) };

    expect(await calls(aspose, site)).toStrictEqual(
      await calls(plain as AsposeHttpService, site),
    );
  });
}
