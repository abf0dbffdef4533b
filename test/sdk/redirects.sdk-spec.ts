import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { resolveNamesToLoopback } from '../support/loopback-names.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { officialSdks, serveFolders } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

const contained = officialSdks.filter(({ name }) => name !== 'Slides');

/** What the URL standard reads as a path may be a host to an SDK's HTTP client, and the other way round. */
const STRANGE_LOCATIONS = [
  'HTTP:{there}/landing',
  'HtTp:{there}/landing',
  ' HTTP:{there}/landing',
  'HTTP:/{there}/landing',
  'http:{there}/landing',
  'http:/{there}/landing',
  'HTTP:\\\\{there}/landing',
  'http:\\\\{there}\\landing',
  '//{there}/landing',
  '\\\\{there}/landing',
  '/\\{there}/landing',
  '/\t/{there}/landing',
  '\t//{there}/landing',
  'HTTP:user:password@{there}/landing',
  'HTTP:{here}@{there}/landing',
  'http://{here}@{there}/landing',
  'http://{there}\\@{here}/landing',
  'http://{there}#@{here}/landing',
  'http://{there}?@{here}/landing',
  'http://{there};@{here}/landing',
  'http://{there}^{here}/landing',
  'http://{here}%2e{there}/landing',
  'HTTP:127.0.0.1:{port}/landing',
  'HTTP:ELSEWHERE.LOCALHOST:{port}/landing',
  'HTTP:else%77here.localhost:{port}/landing',
  'HTTP:els\xe9.localhost:{port}/landing',
];

describe.each(contained.map((sdk) => [sdk.name, sdk] as const))(
  'A redirect that %s follows',
  (_, sdk) => {
    it.each([
      [302, '127.0.0.1'],
      [307, '127.0.0.1'],
      [302, 'elsewhere.localhost'],
      [307, 'elsewhere.localhost'],
    ])(
      'by %i to %s, on another port, loses the token',
      async (status, host) => {
        resolveNamesToLoopback();
        const { cloud, tokens } = await startSdkApp();
        const site = await startSite((_, response) => void response.end('{}'));
        cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
          response
            .writeHead(status, {
              Location: `http://${host}:${site.port}/landing`,
            })
            .end();
        });

        await sdk.connect(tokens, cloud.url)('moved');

        expect(
          site.requests.map(({ headers }) => headers.authorization),
        ).toStrictEqual([undefined]);
      },
    );

    it.each([302, 307])(
      'by %i shows the token to nobody else, wherever it leads',
      async (status) => {
        resolveNamesToLoopback();
        const { cloud, tokens } = await startSdkApp();
        const site = await startSite((_, response) => void response.end('{}'));
        let location = '';
        cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
          response.writeHead(status, { Location: location }).end();
        });
        const list = sdk.connect(tokens, cloud.url);
        const token = await tokens.getAuthorizationHeader();

        for (const form of STRANGE_LOCATIONS) {
          location = form
            .replace('{here}', new URL(cloud.url).host)
            .replace('{there}', `elsewhere.localhost:${site.port}`)
            .replace('{port}', String(site.port));
          // Where it leads nowhere, the call fails.
          await list('moved').catch(() => []);

          expect(
            site.requests.map(({ headers }) => headers.authorization),
            location,
          ).not.toContain(token);
        }
      },
    );

    it('to a host under its own loses the token', async () => {
      resolveNamesToLoopback();
      const site = await startSite((request, response) => {
        const { host = '' } = request.headers;
        const isThere = host.startsWith('there.');
        if (!isThere) response.setHeader('Location', `http://there.${host}/`);
        response.writeHead(isThere ? 200 : 307).end('{}');
      });
      const baseUrl = `http://api.localhost:${site.port}`;
      const { tokens } = await nestApp()
        .with({ accessToken: 'the-token', baseUrl, allowInsecureHttp: true })
        .start();

      await sdk.connect(tokens, baseUrl)('folder');

      expect(
        site.requests.map(({ headers }) => headers.authorization),
      ).toStrictEqual(['Bearer the-token', undefined]);
    });

    it.each([302, 307])(
      'by %i to the same origin keeps the token',
      async (status) => {
        const { cloud, tokens } = await startSdkApp();
        cloud.route('GET', /\/storage\/folder\/moved$/, (request, response) => {
          const location = request.url?.replace('moved', 'there');
          response.writeHead(status, { Location: location }).end();
        });

        const files = await sdk.connect(tokens, cloud.url)('moved');

        expect(files).toStrictEqual(['there.xlsx']);
        expect(cloud.counters).toMatchObject({
          tokenRequests: 1,
          callsWithValidToken: 2,
        });
      },
    );

    it('may take its time', async () => {
      const { cloud, tokens } = await startSdkApp();
      cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
        response.writeHead(302, { Location: 'slow' }).end('<html/>');
      });
      cloud.route('GET', /\/storage\/folder\/slow$/, (_, response) => {
        response.setHeader('Content-Type', 'application/json');
        setTimeout(
          () => response.end('{"Value":[{"Name":"a"}],"value":[{"name":"a"}]}'),
          600,
        );
      });

      expect(await sdk.connect(tokens, cloud.url)('moved')).toStrictEqual([
        'a',
      ]);
    });

    it.each(['http://[', '//['])(
      'to %s, which nobody can read, has the call fail',
      async (location) => {
        const { cloud, tokens } = await startSdkApp();
        cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
          response.writeHead(302, { Location: location }).end('<html/>');
        });
        const list = sdk.connect(tokens, cloud.url);

        expect(await rejectionOf(list('moved'))).toBeInstanceOf(Object);
      },
    );

    it('there and back again does not get the token back', async () => {
      const { cloud, tokens } = await startSdkApp();
      const other = await startCloud();
      serveFolders(other);
      cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
        response.writeHead(302, { Location: `${other.url}/there` }).end();
      });
      other.route(
        'GET',
        '/there',
        (_, response) => {
          response.writeHead(302, { Location: `${cloud.url}/back` }).end();
        },
        { public: true },
      );
      cloud.route('GET', '/back', (_, response) => void response.end('{}'), {
        public: true,
      });

      await sdk.connect(tokens, cloud.url)('moved');

      expect(other.counters).toMatchObject({ callsWithoutToken: 1 });
      expect(cloud.apiCalls.at(-1)).toMatchObject({
        path: '/back',
        token: 'none',
      });
    });
  },
);

// Tasks shows its requests to nobody.
describe.each(
  contained
    .filter(({ name }) => name !== 'Tasks')
    .map((sdk) => [sdk.name, sdk] as const),
)('A redirect that %s follows', (_, sdk) => {
  it('to another origin that answers 401 costs no token', async () => {
    const { cloud, tokens } = await startSdkApp();
    const site = await startSite((_, response) => {
      response.writeHead(401).end();
    });
    cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
      response
        .writeHead(302, { Location: `http://127.0.0.1:${site.port}/` })
        .end();
    });
    const list = sdk.connect(tokens, cloud.url);

    for (let call = 0; call < 2; call += 1)
      expect(await rejectionOf(list('moved'))).toBeInstanceOf(Object);

    expect(site.requests).toHaveLength(2);
    expect(cloud.counters.tokenRequests).toBe(1);
  });
});
