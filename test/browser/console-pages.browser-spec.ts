import { hasSubscribers } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import {
  ASPOSE_FETCH_CHANNEL,
  AsposeAuthModule,
  AsposeTenants,
} from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';
import {
  guarded,
  openPage,
  says,
  tells,
  useConsoleBrowser,
  watchedApp,
} from './console-in-browser.js';
import { look } from './in-browser.js';

const DAY = 86_400_000;

const { consoleOf, operatorAt } = useConsoleBrowser();

describe('the console', () => {
  const [express] = platforms;

  it('lets the times go on by itself, and tells when it is not connected', async () => {
    const cloud = await startCloud();
    const { url, tokens, app } = await nestApp()
      .overCloud(cloud)
      .importing(guarded)
      .on(express)
      .start();
    await tokens.getToken();
    const page = await consoleOf(url);
    const age = page
      .locator('.figures div', { hasText: 'Age' })
      .locator('dd')
      .first();
    await page.locator('#connection', { hasText: 'Live' }).waitFor();
    const before = await age.textContent();

    await expect
      .poll(() => age.textContent(), { timeout: 20_000 })
      .not.toBe(before);
    page.removeAllListeners('console');
    await app.close();
    await page.locator('#connection', { hasText: 'Not connected' }).waitFor();
    page.removeAllListeners('console');
  });

  it('can be used with the keyboard alone', async () => {
    const cloud = await startTenantCloud();
    const { url, app } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeAuthModule.forRoot({ name: 'customers', ...tenantsAt(cloud) }),
        guarded,
      )
      .on(express)
      .start();
    const tenants = app.get(AsposeTenants);
    cloud.refused.add('tenant-3');
    for (let id = 0; id < 8; id += 1)
      await tenants
        .for(`tenant-${id}`, { client: 'customers' })
        .getToken()
        .catch(() => {});
    const page = await consoleOf(url);
    await says(page, '1 tenant fails', 'customers');
    const press = async (key: string) => {
      await page.keyboard.press(key);
      return page.evaluate(`(({ id, tagName, textContent }) =>
        tagName.toLowerCase() + '#' + id + ' ' + textContent.trim().slice(0, 30)
      )(document.activeElement)`);
    };

    expect(await press('Tab')).toBe('a# Skip to the clients');
    await expect
      .poll(async () => (await page.locator('.skip').boundingBox())?.x)
      .toBeGreaterThan(0);
    expect(await press('Tab')).toBe('button#pause Pause');
    await press('Space');
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe(
      'true',
    );
    await tenants.for('tenant-9', { client: 'customers' }).getToken();
    await press('Space');
    await page.locator('.figures dd', { hasText: /^9$/ }).waitFor();
    expect(await press('Tab')).toBe('a# default');
    expect(await press('Tab')).toBe('a# customers');
    expect(await press('Enter')).toContain('section#client-customers');
    await press('Tab');
    expect(await press('Enter')).toMatch(/^summary# /);
    await page.locator('#client-customers details[open]').waitFor();
    await look(page, 'tenants');
  });
});

describe.each(platforms)('fifty tabs on $platform', (platform) => {
  /** A browser opens six connections to a host, of which each tab keeps one. */
  const HOSTS = 10;
  const TABS_OF_A_HOST = 5;
  const OPEN_MS = scaled(5_000, 60_000);

  it('leave nothing behind', { timeout: 120_000 + OPEN_MS }, async () => {
    const { app, url, tokens, clock } = await watchedApp(platform);
    const server = app.getHttpServer() as Server;
    const connections = () =>
      new Promise<number>((resolve) => {
        server.getConnections((_, count) => resolve(count));
      });
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
        .length;
    const listeners = () =>
      ['start', 'asyncEnd'].filter((moment) =>
        hasSubscribers(`tracing:${ASPOSE_FETCH_CHANNEL}:${moment}`),
      );
    const before = timers();
    const origins = Array.from(
      { length: HOSTS },
      (_, host) => `http://host-${host}.localhost:${new URL(url).port}`,
    );
    const context = await operatorAt(...origins);
    const pages: Page[] = [];
    for (let tab = 0; tab < TABS_OF_A_HOST; tab += 1)
      pages.push(
        ...(await Promise.all(
          origins.map((origin) => openPage(context, origin)),
        )),
      );

    await tokens.getToken();
    await Promise.all(pages.map((page) => tells(page, 'Fetched token')));
    await setTimeout(OPEN_MS);
    await clock.advance(0.85 * DAY);
    await tokens.getToken();
    await Promise.all(pages.map((page) => tells(page, 'Replaced the token')));
    expect(pages).toHaveLength(50);
    expect(await connections()).toBeGreaterThanOrEqual(pages.length);
    expect(listeners()).toHaveLength(2);

    await context.close();

    const wait = { timeout: 20_000 };
    await expect.poll(connections, wait).toBe(0);
    await expect.poll(listeners, wait).toEqual([]);
    await expect.poll(timers, wait).toBeLessThanOrEqual(before);
  });
});
