import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
} from 'nestjs-aspose-auth';
import { CellsModule } from './cells/cells.module.js';
import { LocalCloudModule } from './local-cloud/local-cloud.module.js';
import { LocalCloudService } from './local-cloud/local-cloud.service.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    AsposeAuthModule.forRootAsync({
      imports: [LocalCloudModule],
      inject: [ConfigService, LocalCloudService],
      useFactory: (config: ConfigService, localCloud: LocalCloudService) =>
        config.get('ASPOSE_CLIENT_ID') || config.get('ASPOSE_CLIENT_SECRET')
          ? {
              clientId: config.get<string>('ASPOSE_CLIENT_ID'),
              clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
              baseUrl: config.get<string>('ASPOSE_BASE_URL'),
            }
          : localCloud.start(),
    }),
    CellsModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: AsposeAuthExceptionFilter }],
})
export class AppModule {}
