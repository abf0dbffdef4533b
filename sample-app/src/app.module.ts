import { Module } from '@nestjs/common';
import { ConditionalModule, ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
} from 'nestjs-aspose-auth';
import {
  AsposeTokenEndpointModule,
  MalformedBodyFilter,
} from 'nestjs-aspose-auth/endpoint';

import { asposeOptions } from './aspose-options.js';
import { CellsModule } from './cells/cells.module.js';
import { customersFile } from './customers/customers-file.js';
import { CustomersModule } from './customers/customers.module.js';
import { GroupDocsModule } from './groupdocs/groupdocs.module.js';
import { LocalCloudModule } from './local-cloud/local-cloud.module.js';
import { LocalCloudService } from './local-cloud/local-cloud.service.js';
import { ServiceKeyGuard } from './service-key.guard.js';
import { TourModule } from './tour/tour.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    AsposeAuthModule.forRootAsync({
      imports: [LocalCloudModule],
      inject: [ConfigService, LocalCloudService],
      useFactory: asposeOptions,
    }),
    AsposeTokenEndpointModule.forRoot({
      mode: 'broker',
      path: 'v4.0/cells/connect/token',
      guards: [ServiceKeyGuard],
    }),
    CellsModule,
    TourModule,
    ConditionalModule.registerWhen(
      GroupDocsModule,
      ({ GROUPDOCS }) => GROUPDOCS === 'on',
      { debug: false },
    ),
    ConditionalModule.registerWhen(
      CustomersModule,
      (env) => customersFile((name) => env[name]) !== undefined,
      { debug: false },
    ),
  ],
  providers: [
    { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
    { provide: APP_FILTER, useClass: MalformedBodyFilter },
  ],
})
export class AppModule {}
