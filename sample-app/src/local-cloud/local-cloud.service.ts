import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';
import type { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

import { discUsage, objectExists } from './storage.routes.js';

/** An Aspose Cloud on this machine: the emulator of nestjs-aspose-auth, which converts workbooks for real. */
@Injectable()
export class LocalCloudService implements OnApplicationShutdown {
  readonly #logger = new Logger(LocalCloudService.name);
  #cloud: AsposeCloudEmulator | undefined;

  /** Starts it; resolves to the options to use it. */
  async start(): Promise<AsposeAuthModuleOptions> {
    const { AsposeCloudEmulator, convertSpreadsheet } =
      await import('nestjs-aspose-auth/testing');
    const cloud = await AsposeCloudEmulator.start();
    this.#cloud = cloud;
    cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', convertSpreadsheet());
    cloud.route('GET', '/v4.0/cells/storage/disc', discUsage);
    cloud.route('GET', /^\/v4\.0\/cells\/storage\/exist\//, objectExists);
    this.#logger.log(`The local cloud listens on ${cloud.url}`);
    exemptFromProxy(new URL(cloud.url).hostname);
    const { clientId, clientSecret, url: baseUrl } = cloud;
    return { clientId, clientSecret, baseUrl };
  }

  countTokenRequests(): number {
    if (!this.#cloud) throw new Error('The local cloud has not been started.');
    return this.#cloud.counters.tokenRequests;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#cloud?.close();
  }
}

/** A proxy of the environment could not reach this machine's loopback. */
function exemptFromProxy(host: string): void {
  const { NO_PROXY, no_proxy = NO_PROXY } = process.env;
  process.env.NO_PROXY = no_proxy ? `${no_proxy},${host}` : host;
  process.env.no_proxy = process.env.NO_PROXY;
}
