import { describe, expect, it } from 'vitest';

import { pages, serveSite } from './built-site.js';
import { look, openedPage, overflowOf } from './in-browser.js';
import { useReader } from './site-in-browser.js';

const reader = useReader();

it.each(['index', 'quick-start', 'fleet', 'sdks'])(
  'fits windows of 360 and 1,440 px, light and dark: %s',
  async (name) => {
    const url = await serveSite();
    const page = await openedPage(await reader(url), `${url}/${name}.html`);

    await look(page, `site-${name}`);
  },
);

it('has no page of the API that is wider than its window', async () => {
  const url = await serveSite();
  const page = await openedPage(await reader(url), `${url}/`);
  await page.setViewportSize({ width: 360, height: 900 });
  for (const path of pages.filter((one) => one.startsWith('api/'))) {
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
