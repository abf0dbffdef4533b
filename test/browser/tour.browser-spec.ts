import { resolve } from 'node:path';

import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';

import { freePort } from '../../sample-app/test/support/ports.js';
import { runCommand } from '../../sample-app/test/support/run-command.js';
import { look, LOOKS, openedPage, useBrowser } from './in-browser.js';

const WORKBOOK = resolve('sample-app/fixtures/quarterly-sales.xlsx');

/** Axe looks in all of them: there is a frame in the page. */
const ALL_LOOKS = LOOKS.map((one) => ({ ...one, axe: true }));

const session = useBrowser();

/** What the page says of a workbook. */
const says = (page: Page, words: string | RegExp) =>
  page.locator('#status', { hasText: words }).waitFor({ timeout: 45_000 });

/** What the console beside it says of a client. */
const consoleSays = (page: Page, words: string | RegExp, client = 'default') =>
  page
    .frameLocator('#console')
    .locator(`#client-${client}`, { hasText: words })
    .waitFor({ timeout: 20_000 });

const press = async (page: Page, deed: string) => {
  await page.locator(`[data-deed=${deed}]`).click();
  await page.locator('#deed', { hasText: /done/ }).waitFor();
};

/** Does something that sends a workbook; returns the beginning of what came back. */
async function answerTo(page: Page, act: () => Promise<void>): Promise<string> {
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'PUT'),
    act(),
  ]);
  return (await response.body()).toString('latin1', 0, 4);
}

/** Starts the sample app as `npm start` does, and opens its page; the browser may complain of failed calls, and of nothing else. */
async function openTour(): Promise<Page> {
  const port = await freePort();
  const app = runCommand('main.js', {
    PORT: String(port),
    CUSTOMERS_FILE: undefined,
  });
  await vi.waitFor(() => expect(app.output()).toContain('Open http'), {
    timeout: 30_000,
  });
  const context = await session({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
  });
  const page = await openedPage(
    context,
    `http://localhost:${port}`,
    /status of (?:400|502|503)/,
  );
  await page.evaluate('globalThis.wasNotReloaded = true');
  await page.locator('#cloud').waitFor();
  return page;
}

describe('the tour', () => {
  it('leads from the empty page to the PDF, through a revocation, a rotated secret and a broken token endpoint', async () => {
    const page = await openTour();
    const again = () =>
      page.getByRole('button', { name: 'Convert again' }).click();
    await consoleSays(page, 'Serving');
    await look(page, 'tour-empty', ALL_LOOKS);

    const dropped = await page.evaluateHandle(`(async () => {
      const answer = await fetch('quarterly-sales.xlsx');
      const transfer = new DataTransfer();
      transfer.items.add(new File([await answer.blob()], 'dropped.xlsx'));
      return transfer;
    })()`);
    const drop = () =>
      page.dispatchEvent('#drop', 'drop', { dataTransfer: dropped });
    expect(await answerTo(page, drop)).toBe('%PDF');
    await says(page, 'The PDF of dropped.xlsx is here');
    expect(await page.locator('#pdf').getAttribute('href')).toMatch(/^blob:/);

    await press(page, 'revoke');
    expect(await answerTo(page, again)).toBe('%PDF');
    await says(page, 'is here');
    await consoleSays(page, 'answered 401 to token');
    await look(page, 'tour-revoked', ALL_LOOKS);

    await press(page, 'rotate');
    await again();
    await says(page, 'The next attempt follows');
    await consoleSays(page, 'refused the credentials');
    await look(page, 'tour-refused', ALL_LOOKS);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByLabel('Acme').check();
    expect(await answerTo(page, again)).toBe('%PDF');
    await consoleSays(page, '1 tenant in memory', 'customers');
    await page.getByLabel('this app').check();
    await again();
    await says(page, 'The next attempt follows');
    await press(page, 'heal');
    await says(page, 'is here');
    await consoleSays(page, 'Serving');

    await press(page, 'break');
    expect(await answerTo(page, again)).toBe('%PDF');
    await press(page, 'revoke');
    await again();
    await says(page, 'The next attempt follows');
    await consoleSays(page, 'renewals fail');
    await press(page, 'heal');
    await says(page, 'is here');

    expect(await page.evaluate('globalThis.wasNotReloaded')).toBe(true);
  }, 180_000);

  it('tells how much of a workbook is sent, and what Aspose says of it', async () => {
    const page = await openTour();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 500_000,
    });

    await page.setInputFiles('#file', {
      name: 'noise.xlsx',
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(1_500_000, 'PK'),
    });

    const progress = page.locator('#progress');
    await expect
      .poll(() => progress.getAttribute('value'), { interval: 20 })
      .toMatch(/^0\.[1-8]/);
    await says(page, /workbook|file|format/i);
    await page.locator('#status.bad').waitFor();
  });

  it('asks again when the app says so, and stops after five attempts', async () => {
    const page = await openTour();
    let attempts = 0;
    await page.route('**/aspose/**', (route) => {
      attempts++;
      const headers = { 'Retry-After': '1' };
      return route.fulfill({ status: 503, headers, body: 'null' });
    });

    await page.setInputFiles('#file', WORKBOOK);

    await says(page, 'The next attempt follows in 1 s.');
    await says(page, /^The answer was 503\.$/);
    expect(attempts).toBe(5);
  });

  it('sends nothing with the account chosen before when the choice of another fails', async () => {
    const page = await openTour();
    await page.setInputFiles('#file', WORKBOOK);
    await says(page, 'is here');
    await page.route('**/customer/session', (route) =>
      route.fulfill({ status: 503 }),
    );
    let uploads = 0;
    page.on('request', (sent) => {
      if (sent.method() === 'PUT') uploads += 1;
    });

    await page.getByLabel('Acme').check();
    await page.getByRole('button', { name: 'Convert again' }).click();

    await says(page, 'The account could not be changed');
    expect(uploads).toBe(0);
  });

  it('sends with the account chosen last, though others were chosen while it waited', async () => {
    const page = await openTour();
    await page.setInputFiles('#file', WORKBOOK);
    await says(page, 'is here');
    const chosen: string[] = [];
    await page.route('**/customer/session', async (route) => {
      const response = await route.fetch();
      // The page can do whatever it likes until it is answered.
      if (chosen.length === 0) await page.getByLabel('Globex').check();
      chosen.push(route.request().postData() ?? '');
      await route.fulfill({ response });
    });
    page.on('request', (sent) => {
      if (sent.method() === 'PUT') chosen.push('upload');
    });

    await page.getByLabel('Acme').check();
    await page.getByRole('button', { name: 'Convert again' }).click();
    await expect.poll(() => chosen, { timeout: 20_000 }).toContain('upload');

    expect(chosen).toEqual([
      '{"key":"key-of-acme"}',
      '{"key":"key-of-globex"}',
      'upload',
    ]);
  });

  it('can be used with the keyboard alone', async () => {
    const page = await openTour();
    const tab = async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(
        `document.activeElement.id || document.activeElement.value || document.activeElement.dataset.deed`,
      );
    };
    await page.locator('#accounts').waitFor();

    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByLabel('Acme').isChecked()).toBe(true);
    expect(await tab()).toBe('file');
    expect(await tab()).toBe('sample');
    const answer = await answerTo(page, () => page.keyboard.press('Enter'));
    expect(answer).toBe('%PDF');
    await says(page, 'is here');
    expect(await tab()).toBe('pdf');
    expect(await tab()).toBe('act');
    expect(await answerTo(page, () => page.keyboard.press('Enter'))).toBe(
      '%PDF',
    );
    await says(page, 'is here');
    for (const deed of ['revoke', 'break', 'rotate', 'heal'])
      expect(await tab()).toBe(deed);
  });

  it('takes a workbook that is chosen, and the same one again', async () => {
    const page = await openTour();
    const choose = () => page.setInputFiles('#file', WORKBOOK);

    expect(await answerTo(page, choose)).toBe('%PDF');
    expect(await answerTo(page, choose)).toBe('%PDF');
  });
});
