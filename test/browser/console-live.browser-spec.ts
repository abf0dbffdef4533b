import type { Browser } from 'playwright-core';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import {
  guarded,
  openPage,
  says,
  sessionOf,
  tells,
  withHelmet,
} from './console-in-browser.js';
import { look, shoot, startBrowser } from './in-browser.js';

const DAY = 86_400_000;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(platforms)('the console on $platform', (platform) => {
  it('shows a flight, a renewal, a revocation, an outage and a refusal while they happen', async () => {
    const clock = new ManualTokenClock();
    const cloud = await startCloud({ now: () => clock.wallNow() });
    const { url, tokens, aspose } = await nestApp()
      .overCloud(cloud)
      .timedBy(clock)
      .importing(guarded)
      .on(platform)
      .prepared(withHelmet)
      .start();
    const page = await openPage(await sessionOf('operator', browser, url), url);
    const slowly = () =>
      cloud.failNext({ kind: 'slow-headers', delayMs: 1_500 });
    await says(page, 'No token yet');
    if (platform.platform === 'Express') await look(page, 'idle');

    slowly();
    const first = tokens.getToken();
    await says(page, 'Fetching a token');
    await shoot(page, `flight-${platform.platform}`);
    await first;
    await says(page, 'Serving');
    await tells(page, `Fetched token ${(await first).fingerprint}`);

    await clock.advance(0.85 * DAY);
    slowly();
    await tokens.getToken();
    await says(page, 'Renewing the token');
    await shoot(page, `renewal-${platform.platform}`);
    await tells(page, 'Replaced the token by');

    await clock.advance(0.3 * DAY);
    cloud.revokeAll();
    slowly();
    const call = firstValueFrom(aspose.get('/v4.0/cells'));
    await says(page, 'Replacing an unauthorized token');
    await shoot(page, `revocation-${platform.platform}`);
    await call;
    await page.locator('.origins li', { hasText: cloud.url }).waitFor();
    await tells(page, `${cloud.url} answered 401 to token`);
    await says(page, 'Serving');
    if (platform.platform === 'Express') await look(page, 'serving');

    await clock.advance(0.85 * DAY);
    cloud.failNext({ kind: 'html', status: 502 }, { times: 9 });
    await tokens.getToken();
    await says(page, 'Serving, but renewals fail');
    expect(
      await page.locator('.life svg[role=img]').getAttribute('aria-label'),
    ).toMatch(/percent through a life of .*It serves for another 4 hours/);
    await shoot(page, `outage-${platform.platform}`);
    if (platform.platform === 'Express') await look(page, 'outage');
    cloud.heal();
    await clock.advance(60_000);
    await tokens.getToken();
    await says(page, 'Serving');

    cloud.clientSecret = 'another';
    await clock.advance(2 * DAY);
    await expect(tokens.getToken()).rejects.toThrow();
    await says(page, 'Credentials refused');
    await page
      .locator('#announcer', { hasText: 'Credentials refused' })
      .waitFor({ state: 'attached' });
    expect(await page.title()).toBe('Credentials refused · Aspose tokens');
    if (platform.platform === 'Express') await look(page, 'refusal');

    expect(await page.evaluate('globalThis.wasNotReloaded')).toBe(true);
  });

  it('gives a stranger nothing', async () => {
    const { url } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(guarded)
      .on(platform)
      .start();
    const context = await sessionOf('stranger', browser, url);
    const page = await context.newPage();

    const answer = await page.goto(`${url}/aspose-console`);
    expect(answer?.status()).toBe(403);
    expect(await page.content()).not.toMatch(/Aspose tokens|<script/);
    const events = await page.goto(`${url}/aspose-console/events`);
    expect(events?.status()).toBe(403);
  });
});
