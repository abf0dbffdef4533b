import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

import { convertSpreadsheet } from './convert-spreadsheet.route.js';
import { discUsage, objectExists } from './storage.routes.js';

/** What the app needs to use the local cloud. */
export interface LocalCloudAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly baseUrl: string;
}

// This process ends with the app, however that ends.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches both processes; the app still needs this one while it shuts down.
process.on('SIGINT', () => {});

const cloud = await AsposeCloudEmulator.start();
cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', convertSpreadsheet());
cloud.route('GET', '/v4.0/cells/storage/disc', discUsage);
cloud.route('GET', /^\/v4\.0\/cells\/storage\/exist\//, objectExists);

process.on('message', () => process.send?.(cloud.counters.tokenRequests));
process.send?.({
  clientId: cloud.clientId,
  clientSecret: cloud.clientSecret,
  baseUrl: cloud.url,
} satisfies LocalCloudAccess);
