import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type {
  CanActivate,
  ExecutionContext,
  INestApplication,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import helmet from 'helmet';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
} from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

import { AsposeConsoleModule } from '../../lib/console/index.js';
import { chromiumHere } from './chromium.mjs';

/** Lets those in whose session says that they are operators: what a browser sends by itself. */
const OPERATORS_ONLY: CanActivate = {
  canActivate: (context: ExecutionContext) =>
    context
      .switchToHttp()
      .getRequest<{ headers: { cookie?: string } }>()
      .headers.cookie?.includes('session=operator') === true,
};

/** Puts helmet into an app, with its defaults. */
export async function withHelmet(app: INestApplication): Promise<void> {
  if (app.getHttpAdapter().getType() === 'fastify')
    await (app as NestFastifyApplication).register(fastifyHelmet);
  else app.use(helmet());
}

/** Starts a browser. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

/** A browser session of somebody, until the test ends. */
export async function sessionOf(
  who: 'operator' | 'stranger',
  browser: Browser,
  url: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  onTestFinished(() => context.close());
  if (who === 'operator')
    await context.addCookies([
      { name: 'session', value: 'operator', url, httpOnly: true },
    ]);
  return context;
}

/** Opens the console; the test fails if the browser complains of anything. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<Page> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  onTestFinished(() => expect(complaints).toEqual([]));
  await page.goto(`${url}/aspose-console`);
  await page.evaluate('globalThis.wasNotReloaded = true');
  return page;
}

/** The windows and colours that the page has to work in. */
const LOOKS = [
  { width: 1440, colorScheme: 'light', axe: true },
  { width: 1440, colorScheme: 'dark', axe: false },
  { width: 360, colorScheme: 'light', axe: false },
  { width: 360, colorScheme: 'dark', axe: true },
] as const;

const axe = readFileSync(
  resolve('test/browser/node_modules/axe-core/axe.min.js'),
  'utf8',
);

/** What axe finds wrong with a page. */
async function findingsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; nodes: { html: string }[] }[];
  }>('axe.run()');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`),
  );
}

/** Keeps a picture of a page, if there is a folder for it: SHOTS=folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** A console for operators. */
export const guarded = AsposeConsoleModule.forRoot({
  guards: [OPERATORS_ONLY],
});

/** Waits until a client is said to be so. */
export const says = (page: Page, headline: string, client = 'default') =>
  page
    .locator(`#client-${client} .status`, { hasText: headline })
    .waitFor({ timeout: 20_000 });

/** Waits until a decision is told. */
export const tells = (page: Page, words: string | RegExp) =>
  page
    .locator('.decisions li', { hasText: words })
    .first()
    .waitFor({ timeout: 20_000 });

/** Looks at a page in all windows and colours; axe does so in each window, and in each colour. */
export async function look(page: Page, name: string): Promise<void> {
  for (const { width, colorScheme, axe } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${width}-${colorScheme}`);
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - window.innerWidth',
    );
    expect(overflow, `${name} at ${width}: wider than its window`).toBe(0);
    if (axe)
      expect(await findingsOf(page), `${name} ${width} ${colorScheme}`).toEqual(
        [],
      );
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
