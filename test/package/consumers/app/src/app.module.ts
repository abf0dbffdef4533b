import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
  DEFAULT_BASE_URL,
} from 'nestjs-aspose-auth';
import { AsposeTokenEndpointModule } from 'nestjs-aspose-auth/endpoint';

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
  controllers: [StorageController],
  providers: [
    StorageService,
    { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
  ],
})
export class AppModule {}
