import type { BrowserContext } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';

import { pages, serveSite } from './built-site.js';
import {
  look,
  LOOKS,
  openedPage,
  overflowOf,
  useBrowser,
} from './in-browser.js';

const session = useBrowser();

/** A reader, whose browser reaches nothing but the site. */
async function reader(url: string): Promise<BrowserContext> {
  const context = await session({});
  const abroad: string[] = [];
  await context.route(
    (target) => target.origin !== url,
    (route) => {
      abroad.push(route.request().url());
      return route.abort();
    },
  );
  onTestFinished(() => expect(abroad).toEqual([]));
  return context;
}

const guides = pages.filter((page) => !/^(404|api\/)/.test(page));
const reference = pages.filter((page) => page.startsWith('api/'));

it.each(['index', 'quick-start', 'fleet', 'sdks'])(
  'fits windows of 360 and 1,440 px, light and dark: %s',
  async (name) => {
    const url = await serveSite();
    const page = await openedPage(await reader(url), `${url}/${name}.html`);

    await look(page, `site-${name}`);
  },
);

// What the pages have in common is looked at in all ways above: here each takes its turn.
it.each(
  [...guides, 'api/index.html', 'api/nestjs-aspose-auth/redis.html'].map(
    (path, turn) => ({ path, look: LOOKS[turn % LOOKS.length]! }),
  ),
)(
  'gives axe nothing to find: $path, $look.colorScheme at $look.width px',
  async ({ path, look: { width, colorScheme } }) => {
    const url = await serveSite();
    const page = await openedPage(await reader(url), `${url}/${path}`);

    await look(page, `site-${path.replaceAll('/', '-')}`, [
      { width, colorScheme, axe: true },
    ]);
  },
);

it('has no page of the API that is wider than its window', async () => {
  const url = await serveSite();
  const page = await openedPage(await reader(url), `${url}/`);
  await page.setViewportSize({ width: 360, height: 900 });
  for (const path of reference) {
    await page.goto(`${url}/${path}`);
    expect([path, await overflowOf(page)]).toEqual([path, 0]);
  }
});

describe('the search', () => {
  it.each([360, 1440])('finds a page, at %i px', async (width) => {
    const url = await serveSite();
    const context = await reader(url);
    const page = await openedPage(context, `${url}/`);
    await page.setViewportSize({ width, height: 900 });

    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('GroupDocs beside Aspose');
    await page.getByRole('status').filter({ hasText: 'found' }).waitFor();
    await look(page, `site-search-from-${width}`);
    await page.getByRole('searchbox').press('Enter');

    await page.waitForURL('**/clients.html*');
  });

  it('opens and closes by the keyboard, and says when there is nothing', async () => {
    const url = await serveSite();
    const page = await openedPage(await reader(url), `${url}/`);
    const dialog = page.getByRole('dialog');

    const opened = async () => {
      await page.keyboard.press('Control+k');
      return dialog.isVisible();
    };
    await expect.poll(opened).toBe(true);
    await page.keyboard.type('xyzzy');
    await page
      .getByRole('status')
      .filter({ hasText: 'Nothing found' })
      .waitFor();
    await page.keyboard.press('Escape');

    await dialog.waitFor({ state: 'hidden' });
  });
});
