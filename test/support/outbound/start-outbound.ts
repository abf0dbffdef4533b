import { startCloud } from '../cloud.js';
import { nestApp } from '../nest-app.js';
import type { OutboundClient } from './outbound-client.js';

/** A route that every emulator has. */
export const STATUS = '/v4.0/cells';

/** Starts an emulator, and has a client of an app call it until the test ends. */
export async function startOutbound(client: OutboundClient) {
  const cloud = await startCloud();
  const app = await nestApp().overCloud(cloud).start();
  return { cloud, tokens: app.tokens, send: await client.connect(app) };
}
