import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { AsposeAuthModule, AsposeTenantGuard } from 'nestjs-aspose-auth';
import { AsposeGatewayModule } from 'nestjs-aspose-auth/gateway';

import { LocalCloudModule } from '../local-cloud/local-cloud.module.js';
import { LocalCloudService } from '../local-cloud/local-cloud.service.js';
import { SessionModule } from '../session/session.module.js';
import { CustomerSessionController } from './customer-session.controller.js';
import { CustomerSessionGuard } from './customer-session.guard.js';
import { CustomerStorageController } from './customer-storage.controller.js';
import { CustomerStoreModule } from './customer-store.module.js';
import { CustomerStore } from './customer-store.js';
import { customersOptions } from './customers-options.js';

/** Customers with Aspose accounts of their own: a client whose tokens are those of the customer who calls. */
@Module({
  imports: [
    CustomerStoreModule,
    AsposeAuthModule.forRootAsync({
      name: 'customers',
      imports: [CustomerStoreModule, LocalCloudModule],
      inject: [ConfigService, CustomerStore, LocalCloudService],
      useFactory: customersOptions,
    }),
    AsposeGatewayModule.forRoot({
      path: 'customer/aspose',
      client: 'customers',
      allow: ['PUT /v4.0/cells/convert/spreadsheet'],
      // AsposeTenantGuard where the client's `tenantOf` finds the tenant; the gateway's option `tenant` where it does not.
      guards: [CustomerSessionGuard, AsposeTenantGuard],
      imports: [SessionModule],
    }),
    SessionModule,
  ],
  controllers: [CustomerSessionController, CustomerStorageController],
})
export class CustomersModule {}
