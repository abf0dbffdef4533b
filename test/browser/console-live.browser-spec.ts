import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { MemoryTokenStore } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import {
  guarded,
  says,
  tells,
  useConsoleBrowser,
  watchedApp,
} from './console-in-browser.js';
import { look, shoot } from './in-browser.js';

const DAY = 86_400_000;

const { consoleOf, stranger } = useConsoleBrowser();

describe.each(platforms)('the console on $platform', (platform) => {
  it('shows a flight, a renewal, a revocation, an outage and a refusal while they happen', async () => {
    const { url, tokens, aspose, clock, cloud } = await watchedApp(platform);
    const page = await consoleOf(url);
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

  it('shows what a store holds', async () => {
    const cloud = await startCloud();
    const { url, tokens } = await nestApp()
      .with({ ...optionsFor(cloud), store: new MemoryTokenStore() })
      .importing(guarded)
      .on(platform)
      .start();
    const page = await consoleOf(url);
    const store = page.locator('.figures div', { hasText: 'Store memory' });
    await store.locator('dd', { hasText: 'not asked yet' }).waitFor();

    await tokens.getToken();

    await store.locator('dd', { hasText: 'holds this token' }).waitFor();
    expect(await store.locator('dd').last().textContent()).toMatch(
      /^seen .+ ago, answered (\d+) of \1 questions$/,
    );
    if (platform.platform === 'Express') await look(page, 'store');
  });

  it('gives a stranger nothing', async () => {
    const { url } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(guarded)
      .on(platform)
      .start();
    const page = await (await stranger()).newPage();

    const answer = await page.goto(`${url}/aspose-console`);
    expect(answer?.status()).toBe(403);
    expect(await page.content()).not.toMatch(/Aspose tokens|<script/);
    const events = await page.goto(`${url}/aspose-console/events`);
    expect(events?.status()).toBe(403);
  });
});
