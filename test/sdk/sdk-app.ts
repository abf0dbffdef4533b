import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { officialSdks, serveFolders } from './official-sdks.js';

/** Starts an emulator that serves folders and, until the test ends, an app whose SDKs all call it. */
export async function startSdkApp(options: AsposeAuthModuleOptions = {}) {
  const cloud = await startCloud();
  serveFolders(cloud);
  const { tokens, events } = await nestApp()
    .overCloud(cloud)
    .with(options)
    .start();
  const lists = officialSdks.map((sdk) => sdk.connect(tokens, cloud.url));
  return { cloud, tokens, events, lists };
}

/** The same with a clock that is turned by hand, for the emulator and for the app. */
export async function startClockedSdkApp(lifetimeSeconds: number) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds,
    now: () => clock.wallNow(),
  });
  serveFolders(cloud);
  const { tokens, events } = await nestApp()
    .overCloud(cloud)
    .timedBy(clock)
    .start();
  const lists = officialSdks.map((sdk) => sdk.connect(tokens, cloud.url));
  return { clock, cloud, tokens, events, lists };
}
