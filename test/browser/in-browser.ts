import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

import { chromiumHere } from './chromium.mjs';

/** A browser, for the tests of a file. Returns what begins a session in it, until the test ends. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: String(chromiumHere()),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(() => browser.close());
  return async (options: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      ...options,
    });
    onTestFinished(() => context.close());
    return context;
  };
}

/**
 * Opens a page; the test fails if the browser complains of anything.
 *
 * @param expected - what it may complain of.
 */
export async function openedPage(
  context: BrowserContext,
  url: string,
  expected = /(?!)/,
): Promise<Page> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  onTestFinished(() =>
    expect(complaints.filter((text) => !expected.test(text))).toEqual([]),
  );
  await page.goto(url);
  return page;
}

interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly axe: boolean;
}

/** The windows and colours that a page has to work in. */
export const LOOKS: readonly Look[] = [
  { width: 1440, colorScheme: 'light', axe: true },
  { width: 1440, colorScheme: 'dark', axe: false },
  { width: 360, colorScheme: 'light', axe: false },
  { width: 360, colorScheme: 'dark', axe: true },
];

const axe = readFileSync(
  resolve('test/browser/node_modules/axe-core/axe.min.js'),
  'utf8',
);

/** What axe finds wrong with a page. */
async function findingsOf(page: Page): Promise<string[]> {
  for (const frame of page.frames()) await frame.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; nodes: { html: string }[] }[];
  }>("axe.run({ resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`),
  );
}

/** By how many pixels a page is wider than its window. */
export const overflowOf = (page: Page) =>
  page.evaluate<number>(
    'document.documentElement.scrollWidth - window.innerWidth',
  );

/** Keeps a picture of a page, if there is a folder for it: SHOTS=folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Looks at a page in all windows and colours; axe does so in each window, and in each colour. */
export async function look(
  page: Page,
  name: string,
  looks: readonly Look[] = LOOKS,
): Promise<void> {
  for (const { width, colorScheme, axe } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${width}-${colorScheme}`);
    expect(
      await overflowOf(page),
      `${name} at ${width}: wider than its window`,
    ).toBe(0);
    if (axe)
      expect(await findingsOf(page), `${name} ${width} ${colorScheme}`).toEqual(
        [],
      );
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
