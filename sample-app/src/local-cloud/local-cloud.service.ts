import { randomBytes } from 'node:crypto';

import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';
import type { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

import { conversionFormats } from './conversion.routes.js';
import { discUsage, objectExists } from './storage.routes.js';

/** Aspose Clouds on this machine: emulators of nestjs-aspose-auth, which convert workbooks for real. */
@Injectable()
export class LocalCloudService implements OnApplicationShutdown {
  readonly #logger = new Logger(LocalCloudService.name);
  readonly #clouds: AsposeCloudEmulator[] = [];
  /** The secrets that the app knows, as a vault would keep them: those of the clouds, unless they were rotated. */
  readonly #vault = new Map<AsposeCloudEmulator, string>();

  constructor(private readonly config: ConfigService) {}

  /**
   * Starts one; resolves to the options to use it.
   *
   * @param clients - further clients that it knows: their secrets, by their ids.
   * @throws Error in production, where credentials were forgotten.
   */
  async start(
    clients: Record<string, string> = {},
  ): Promise<AsposeAuthModuleOptions> {
    if (this.config.get<string>('NODE_ENV') === 'production')
      throw new Error(
        'Credentials are missing, and NODE_ENV is production, where no local cloud takes the place of Aspose Cloud. ' +
          'Set ASPOSE_CLIENT_ID and ASPOSE_CLIENT_SECRET; with GROUPDOCS=on, GROUPDOCS_CLIENT_ID and GROUPDOCS_CLIENT_SECRET, too.',
      );
    const { AsposeCloudEmulator, convertSpreadsheet } =
      await import('nestjs-aspose-auth/testing');
    const cloud = await AsposeCloudEmulator.start({ clients });
    this.#clouds.push(cloud);
    this.#vault.set(cloud, cloud.clientSecret);
    cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', convertSpreadsheet());
    cloud.route('GET', '/v4.0/cells/storage/disc', discUsage);
    cloud.route('GET', /^\/v4\.0\/cells\/storage\/exist\//, objectExists);
    cloud.route('GET', '/v2.0/conversion/formats', conversionFormats);
    this.#logger.log(`The local cloud listens on ${cloud.url}`);
    exemptFromProxy(new URL(cloud.url).hostname);
    const { clientId, url: baseUrl } = cloud;
    return {
      baseUrl,
      credentials: () => ({
        clientId,
        clientSecret: this.#vault.get(cloud) ?? '',
      }),
    };
  }

  get isRunning(): boolean {
    return this.#clouds.length > 0;
  }

  /** Ends all tokens. */
  revoke(): void {
    for (const cloud of this.#clouds) cloud.revokeAll();
  }

  /** Has the token endpoints fail. */
  break(): void {
    for (const cloud of this.#clouds)
      cloud.failNext({ kind: 'html' }, { times: Infinity });
  }

  /** Ends all tokens, and gives the app's own accounts a secret that the app does not know. */
  rotate(): void {
    this.revoke();
    for (const cloud of this.#clouds)
      cloud.clientSecret = randomBytes(16).toString('hex');
  }

  /** Ends all failures, and puts the new secrets into the vault. */
  heal(): void {
    for (const cloud of this.#clouds) {
      cloud.heal();
      this.#vault.set(cloud, cloud.clientSecret);
    }
  }

  countTokenRequests(): number {
    return this.#clouds.reduce(
      (sum, { counters }) => sum + counters.tokenRequests,
      0,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#clouds.map((cloud) => cloud.close()));
  }
}

/**
 * For `fetch` with `NODE_USE_ENV_PROXY`, which would send a proxy what is for this machine; `HttpService` and the gateway do
 * not.
 */
function exemptFromProxy(host: string): void {
  const { NO_PROXY, no_proxy = NO_PROXY } = process.env;
  process.env.NO_PROXY = no_proxy ? `${no_proxy},${host}` : host;
  process.env.no_proxy = process.env.NO_PROXY;
}
