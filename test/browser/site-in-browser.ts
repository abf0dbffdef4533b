import type { BrowserContext } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

import { useBrowser } from './in-browser.js';

/** A browser, for the tests of a file. Returns what lets a reader in, whose browser reaches nothing but the site. */
export function useReader() {
  const session = useBrowser();
  return async (url: string): Promise<BrowserContext> => {
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
  };
}
