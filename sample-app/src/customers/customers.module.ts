import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { AsposeAuthModule } from 'nestjs-aspose-auth';

import { LocalCloudModule } from '../local-cloud/local-cloud.module.js';
import { LocalCloudService } from '../local-cloud/local-cloud.service.js';
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
  ],
  controllers: [CustomerStorageController],
})
export class CustomersModule {}
