import type { ConfigService } from '@nestjs/config';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';

import type { LocalCloudService } from './local-cloud/local-cloud.service.js';

/** Uses the Aspose Cloud of the settings or, without credentials, a local one. */
export async function asposeOptions(
  config: ConfigService,
  localCloud: LocalCloudService,
): Promise<AsposeAuthModuleOptions> {
  const clientId = config.get<string>('ASPOSE_CLIENT_ID');
  const clientSecret = config.get<string>('ASPOSE_CLIENT_SECRET');
  const baseUrl = config.get<string>('ASPOSE_BASE_URL') || undefined;
  if (clientId || clientSecret) return { clientId, clientSecret, baseUrl };
  if (baseUrl)
    throw new Error(
      'ASPOSE_BASE_URL is set, but not ASPOSE_CLIENT_ID and ASPOSE_CLIENT_SECRET. ' +
        'Set all three, or none of them to use a local cloud.',
    );
  return localCloud.start();
}
