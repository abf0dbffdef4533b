import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ASPOSE_FETCH,
  type AsposeFetch,
  AsposeHttpService,
  AsposeAuthErrorCode,
  createAsposeFetch,
} from '../../../../lib/index.js';
import { underBaseUrl } from '../../../../lib/http/base-url.js';
import { HeldTokens } from '../../../support/held-tokens.js';
import { nestApp } from '../../../support/nest-app.js';
import { startSite } from '../../../support/loopback-site.js';
import { rejectionOf } from '../../../support/rejection.js';
import { scaled } from '../../../support/scale.js';

function freeTokens(origin: string): HeldTokens {
  const tokens = new HeldTokens('first', [origin]);
  tokens.go();
  return tokens;
}

/** A server, a fetch and an `AsposeHttpService` under the same base URL. */
async function start(path = '') {
  const site = await startSite((_, response) => response.end('"OK"'));
  const baseUrl = site.url + path;
  const tokens = freeTokens(site.url);
  const fetch = createAsposeFetch(tokens, { baseUrl });
  const { axiosRef } = new AsposeHttpService(tokens, {
    baseUrl,
    allowedOrigins: [site.url],
    axios: {},
  });
  const arrived = () =>
    site.requests.map(({ url, headers }) => [url, headers.authorization]);
  return { site, fetch, axiosRef, arrived };
}

describe('A path', () => {
  it.each(['', '/', '//', '/aspose', '/aspose/', '/aspose/api//'])(
    'leads where AsposeHttpService leads it, under a base URL that ends with "%s"',
    async (path) => {
      const { fetch, axiosRef, arrived } = await start(path);
      const paths = [
        '/v4.0/cells?a=1&b=%20#part',
        'v4.0/cells/a b.xlsx',
        '///v4.0'.slice(2),
        '',
        '?only=query',
        '#part',
        './v4.0/../cells',
        '/../../cells',
        '\\\\host\\share',
        '/\\host/x',
        '\t//host/x',
        'v4.0/cells:convert',
        '@host/x',
        ':80/x',
        'ä/ö?ü=€',
      ];

      for (const one of paths) {
        await fetch(one);
        await axiosRef.get(one);
      }

      const sent = arrived();
      expect(sent).toHaveLength(2 * paths.length);
      paths.forEach((one, index) =>
        expect([one, sent[2 * index]]).toStrictEqual([
          one,
          sent[2 * index + 1],
        ]),
      );
    },
  );

  it('is put under any base URL as axios does it, and leads to its origin', () => {
    const { axiosRef } = new AsposeHttpService(new HeldTokens(), {
      baseUrl: 'http://localhost',
      allowedOrigins: [],
      axios: {},
    });
    fc.assert(
      fc.property(
        fc.constantFrom('', '/', '/api', '/api//', '/a/b/'),
        fc.string({
          unit: fc.constantFrom(...Array.from('/\\:@?#.%&=+ \t2a€[')),
        }),
        (path, url) => {
          const baseURL = `https://api.aspose.cloud${path}`;
          fc.pre(!/^https?:(?!\/\/)/i.test(url.trim()));
          fc.pre(!/^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(url));

          const whole = underBaseUrl(baseURL, url);

          expect(whole).toBe(axiosRef.getUri({ baseURL, url }));
          expect(new URL(whole).origin).toBe('https://api.aspose.cloud');
        },
      ),
      { numRuns: scaled(200, 5_000) },
    );
  });

  it.each(['//aspose.example/x', '///aspose.example/x', '//'])(
    'that would name a host (%s) is none, and nothing is sent',
    async (url) => {
      const { fetch, arrived } = await start();

      expect(await rejectionOf(fetch(url))).toBeInstanceOf(TypeError);
      expect(arrived()).toStrictEqual([]);
    },
  );

  it('is what a string says, and not what another value is printed as', async () => {
    const { fetch, arrived } = await start();

    for (const input of [undefined, null, {}, new String('/v4.0')] as string[])
      expect(await rejectionOf(fetch(input))).toBeInstanceOf(TypeError);

    expect(arrived()).toStrictEqual([]);
  });

  it('without a base URL fails and says what to do', async () => {
    const fetch = createAsposeFetch(freeTokens('https://api.aspose.cloud'));

    expect(await rejectionOf(fetch('/v4.0/cells?name=private'))).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringMatching(
        /^[^?]*"\/v4\.0\/cells" is a path.*pass baseUrl/s,
      ) as string,
    });
  });

  it('is under the base URL of the app for the fetch that is injected', async () => {
    const { url, requests } = await startSite();
    const { app } = await nestApp()
      .with({ accessToken: 'a-token', baseUrl: `${url}/api/` })
      .start();
    const fetch = app.get<AsposeFetch>(ASPOSE_FETCH, { strict: false });

    await fetch('/v4.0/cells');

    expect(requests.map((request) => request.url)).toStrictEqual([
      '/api/v4.0/cells',
    ]);
    expect(requests[0]?.headers.authorization).toBe('Bearer a-token');
  });

  it('is given to a fetch of the app as the URL that was checked', async () => {
    const urls: unknown[] = [];
    const fetch = createAsposeFetch(freeTokens('https://api.aspose.cloud'), {
      baseUrl: 'https://api.aspose.cloud',
      fetch: async (url) => {
        urls.push(url);
        return new Response();
      },
    });

    await fetch('v4.0/cells');

    expect(urls).toStrictEqual(['https://api.aspose.cloud/v4.0/cells']);
  });
});

describe('A base URL', () => {
  it.each([
    ['/v4.0', /baseUrl must be a URL/],
    [
      'https://aspose.example',
      /allowedOrigins lacks https:\/\/aspose\.example/,
    ],
    ['https://api.aspose.cloud?a=1', /must not have a query/],
  ])('like %s makes no fetch', (baseUrl, problem) => {
    const tokens = freeTokens('https://api.aspose.cloud');

    expect(() => createAsposeFetch(tokens, { baseUrl })).toThrow(problem);
  });
});
