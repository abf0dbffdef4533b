import { onTestFinished } from 'vitest';

import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import {
  AsposeCloudEmulator,
  type AsposeCloudEmulatorOptions,
} from '../../lib/testing/index.js';

/** Starts an emulator that runs until the test ends. */
export async function startCloud(
  options: AsposeCloudEmulatorOptions = {},
): Promise<AsposeCloudEmulator> {
  const cloud = await AsposeCloudEmulator.start(options);
  onTestFinished(() => cloud.close());
  return cloud;
}

/** The options that lead to an emulator; no token is fetched before one is needed. */
export function optionsFor(cloud: AsposeCloudEmulator) {
  return {
    clientId: cloud.clientId,
    clientSecret: cloud.clientSecret,
    baseUrl: cloud.url,
    warmUp: 'off',
  } as const satisfies AsposeAuthModuleOptions;
}
