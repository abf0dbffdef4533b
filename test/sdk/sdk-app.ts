import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import {
  type AsposeCloudEmulator,
  ManualTokenClock,
} from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import {
  nestApp,
  type NestAppBuilder,
  type StartedApp,
} from '../support/nest-app.js';
import { officialSdks, serveFolders } from './official-sdks.js';

/** Starts an emulator that serves folders and, until the test ends, an app whose SDKs all call it. */
export async function startSdkApp(options: AsposeAuthModuleOptions = {}) {
  const cloud = await startCloud();
  return connectSdks(cloud, nestApp().overCloud(cloud).with(options));
}

/** The same with a clock that is turned by hand, for the emulator and for the app. */
export async function startClockedSdkApp(lifetimeSeconds: number) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds,
    now: () => clock.wallNow(),
  });
  const app = nestApp().overCloud(cloud).timedBy(clock);
  return { clock, ...(await connectSdks(cloud, app)) };
}

async function connectSdks(
  cloud: AsposeCloudEmulator,
  app: NestAppBuilder<StartedApp>,
) {
  serveFolders(cloud);
  const { tokens, events } = await app.start();
  const lists = officialSdks.map((sdk) => sdk.connect(tokens, cloud.url));
  return { cloud, tokens, events, lists };
}
