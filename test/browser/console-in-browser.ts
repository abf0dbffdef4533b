import type {
  CanActivate,
  ExecutionContext,
  INestApplication,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import helmet from 'helmet';
import type { BrowserContext, Page } from 'playwright-core';

import { AsposeConsoleModule } from '../../lib/console/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import type { Platform } from '../support/platforms.js';
import { openedPage, useBrowser } from './in-browser.js';

/** Lets those in whose session says that they are operators: what a browser sends by itself. */
const OPERATORS_ONLY: CanActivate = {
  canActivate: (context: ExecutionContext) =>
    context
      .switchToHttp()
      .getRequest<{ headers: { cookie?: string } }>()
      .headers.cookie?.includes('session=operator') === true,
};

/** Puts helmet into an app, with its defaults. */
async function withHelmet(app: INestApplication): Promise<void> {
  if (app.getHttpAdapter().getType() === 'fastify')
    await (app as NestFastifyApplication).register(fastifyHelmet);
  else app.use(helmet());
}

/** A browser, for the tests of a file, and who uses it. */
export function useConsoleBrowser() {
  const session = useBrowser();
  const viewport = { width: 1440, height: 900 };
  /** Somebody who is known as an operator at some origins. */
  const operatorAt = async (...origins: string[]) => {
    const context = await session({ viewport, locale: 'en-GB' });
    await context.addCookies(
      origins.map((url) => ({
        ...{ name: 'session', value: 'operator', httpOnly: true },
        url,
      })),
    );
    return context;
  };
  return {
    operatorAt,
    stranger: () => session({ viewport }),
    /** An operator's view of the console of an app. */
    consoleOf: async (url: string) => openPage(await operatorAt(url), url),
  };
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

/** An app with a console, behind helmet, whose clock and cloud are turned by hand. */
export async function watchedApp(platform: Platform) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({ now: () => clock.wallNow() });
  const { app, url, tokens, aspose } = await nestApp()
    .overCloud(cloud)
    .timedBy(clock)
    .importing(guarded)
    .on(platform)
    .prepared(withHelmet)
    .start();
  return { app, url, tokens, aspose, clock, cloud };
}

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
