import type {
  CanActivate,
  ExecutionContext,
  INestApplication,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import helmet from 'helmet';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import { AsposeConsoleModule } from '../../lib/console/index.js';
import { openedPage } from './in-browser.js';

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
  const page = await openedPage(context, `${url}/aspose-console`);
  await page.evaluate('globalThis.wasNotReloaded = true');
  return page;
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
