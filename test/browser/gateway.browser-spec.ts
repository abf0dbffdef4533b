import { Controller, Get, Header, Param } from '@nestjs/common';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { AsposeGatewayModule } from '../../lib/gateway/index.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { useBrowser } from './in-browser.js';

const CODE = `fetch('/stolen/by-' + location.pathname.split('/').pop());`;
const MARKUP = `<script>${CODE}</script><img src="/stolen/by-image"/>`;

/** What a user has stored at Aspose, to run on the origin of the app. */
const STORED: Record<string, { type: string; body: string }> = {
  html: { type: 'text/html', body: `<!doctype html>${MARKUP}` },
  untyped: { type: '', body: `<!doctype html>${MARKUP}` },
  list: { type: 'application/json;,text/html', body: `<html>${MARKUP}</html>` },
  svg: {
    type: 'image/svg+xml',
    body: `<svg xmlns="http://www.w3.org/2000/svg"><script>${CODE}</script></svg>`,
  },
  xhtml: {
    type: 'application/xhtml+xml',
    body: `<html xmlns="http://www.w3.org/1999/xhtml"><body>${MARKUP}</body></html>`,
  },
  xml: {
    type: 'text/xml',
    body: `<a><script xmlns="http://www.w3.org/1999/xhtml">${CODE}</script></a>`,
  },
  js: { type: 'text/javascript', body: `fetch('/stolen/by-script');` },
  css: { type: 'text/css', body: `body { background: url(/stolen/by-style) }` },
};

const stolen: string[] = [];

@Controller()
class AppController {
  @Get('page')
  @Header('content-type', 'text/html')
  page(): string {
    return '<!doctype html><title>the app</title><body></body>';
  }

  @Get('stolen/:what')
  stolen(@Param('what') what: string): string {
    stolen.push(what);
    return '';
  }
}

/** Each way to have an answer run by a page of the app. */
const WAYS: Record<string, string> = {
  frame: `(url) => put(Object.assign(document.createElement('iframe'), { src: url }))`,
  object: `(url) => put(Object.assign(document.createElement('object'), { data: url }))`,
  embed: `(url) => put(Object.assign(document.createElement('embed'), { src: url }))`,
  script: `(url) => put(Object.assign(document.createElement('script'), { src: url }))`,
  'module script': `(url) => import(url).catch(() => {})`,
  style: `(url) => put(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }))`,
  worker: `(url) => void new Worker(url)`,
  'service worker': `(url) => navigator.serviceWorker.register(url).then((it) => it.unregister().then(() => fetch('/stolen/by-service-worker')), () => {})`,
  window: `(url) => void open(url)`,
};

/** Does it with every answer, and waits until nothing is under way. */
async function attempt(
  page: Page,
  way: string,
  base: string,
): Promise<string[]> {
  stolen.length = 0;
  const urls = Object.keys(STORED).map((name) => `${base}/${name}`);
  await page.evaluate(`(async () => {
    const put = (element) => new Promise((done) => {
      element.onload = element.onerror = done;
      setTimeout(done, 500);
      document.body.append(element);
    });
    for (const url of ${JSON.stringify(urls)}) await (${way})(url);
    await new Promise((done) => setTimeout(done, 500));
  })()`);
  return [...stolen];
}

const session = useBrowser();

describe.each(platforms)('a gateway on $platform', (platform) => {
  const open = async () => {
    const aspose = await startSite(({ url = '' }, response) => {
      const { type = '', body = '' } =
        STORED[url.split('/').at(-1) ?? ''] ?? {};
      response.setHeader('service-worker-allowed', '/');
      if (type !== '') response.setHeader('content-type', type);
      response.end(body);
    });
    const { url } = await nestApp()
      .with({ accessToken: 'static', baseUrl: aspose.url })
      .importing(
        AsposeGatewayModule.forRoot({
          path: 'aspose',
          allow: ['GET /v4.0/storage/file/*'],
          public: true,
        }),
      )
      .declaring({ controllers: [AppController] })
      .on(platform)
      .start();
    const page = await (await session({})).newPage();
    await page.goto(`${url}/page`);
    return { url, page };
  };

  it.each(Object.entries(WAYS))(
    'runs nothing of what users have stored, by %s',
    async (_, way) => {
      const { url, page } = await open();

      expect(
        await attempt(page, way, `${url}/aspose/v4.0/storage/file`),
      ).toEqual([]);
    },
  );

  it('has what is opened saved', async () => {
    const { url, page } = await open();

    const saved = page.waitForEvent('download');
    await page.goto(`${url}/aspose/v4.0/storage/file/html`).catch(() => {});

    expect((await saved).url()).toBe(`${url}/aspose/v4.0/storage/file/html`);
  });
});

it('would run, were it the app that answers', async () => {
  const [platform] = platforms;
  @Controller('unsafe')
  class UnsafeController {
    @Get('html')
    @Header('content-type', 'text/html')
    html(): string {
      return STORED['html']?.body ?? '';
    }
  }
  const { url } = await nestApp()
    .declaring({ controllers: [AppController, UnsafeController] })
    .on(platform)
    .start();
  const page = await (await session({})).newPage();
  await page.goto(`${url}/page`);

  const seen = await attempt(page, WAYS['frame'] ?? '', `${url}/unsafe`);

  expect(seen.toSorted()).toEqual(['by-html', 'by-image']);
});
