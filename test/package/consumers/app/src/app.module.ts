import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
  DEFAULT_BASE_URL,
} from 'nestjs-aspose-auth';
import { AsposeConsoleModule } from 'nestjs-aspose-auth/console';
import { AsposeTokenEndpointModule } from 'nestjs-aspose-auth/endpoint';

import { ArchiveModule } from './archive.module.js';
import { ConversionController } from './conversion.controller.js';
import { ConversionModule } from './conversion.module.js';
import { CustomersModule } from './customers.module.js';
import { StorageController } from './storage.controller.js';
import { StorageService } from './storage.service.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    AsposeAuthModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.getOrThrow<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.getOrThrow<string>('ASPOSE_CLIENT_SECRET'),
        baseUrl: config.get<string>('ASPOSE_BASE_URL'),
      }),
    }),
    ArchiveModule,
    ConversionModule,
    CustomersModule,
    AsposeConsoleModule.forRoot({ public: true }),
    AsposeTokenEndpointModule.forRootAsync({
      mode: 'forward',
      path: 'token',
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        public: true,
        tokenEndpoint: `${config.get('ASPOSE_BASE_URL', DEFAULT_BASE_URL)}/connect/token`,
      }),
    }),
  ],
  controllers: [StorageController, ConversionController],
  providers: [
    StorageService,
    { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
  ],
})
export class AppModule {}
