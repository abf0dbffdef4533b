import type { ConfigService } from '@nestjs/config';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';

import type { LocalCloudService } from '../local-cloud/local-cloud.service.js';
import type { CustomerRequest } from './customer-key.guard.js';
import type { CustomerStore } from './customer-store.js';

/** Each customer has an account of its own, at Aspose Cloud or, where the app has no credentials, at a local one. */
export async function customersOptions(
  config: ConfigService,
  customers: CustomerStore,
  localCloud: LocalCloudService,
): Promise<AsposeAuthModuleOptions> {
  const isLocal = !config.get<string>('ASPOSE_CLIENT_ID');
  const baseUrl = isLocal
    ? (await localCloud.start(customers.secrets())).baseUrl
    : config.get<string>('ASPOSE_BASE_URL') || undefined;
  return {
    baseUrl,
    tenants: {
      // What the guard has verified: whoever chose the id would choose the account.
      tenantOf: ({ customer }: CustomerRequest) => customer,
      credentials: (customer) => customers.accountOf(customer),
    },
  };
}
