import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AsposeAuthModule } from 'nestjs-aspose-auth';

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
  ],
  controllers: [StorageController],
  providers: [StorageService],
})
export class AppModule {}
