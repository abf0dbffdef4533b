import type { ConfigService } from '@nestjs/config';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';

import type { LocalCloudService } from '../local-cloud/local-cloud.service.js';

/** Uses GroupDocs Cloud or, without credentials, a local one. */
export async function groupDocsOptions(
  config: ConfigService,
  localCloud: LocalCloudService,
): Promise<AsposeAuthModuleOptions> {
  const clientId = config.get<string>('GROUPDOCS_CLIENT_ID');
  const clientSecret = config.get<string>('GROUPDOCS_CLIENT_SECRET');
  if (!clientId && !clientSecret) return localCloud.start();
  return { clientId, clientSecret, baseUrl: 'https://api.groupdocs.cloud' };
}
