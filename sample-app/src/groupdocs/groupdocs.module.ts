import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { AsposeAuthModule } from 'nestjs-aspose-auth';

import { LocalCloudModule } from '../local-cloud/local-cloud.module.js';
import { LocalCloudService } from '../local-cloud/local-cloud.service.js';
import { FormatsController } from './formats.controller.js';
import { groupDocsOptions } from './groupdocs-options.js';

/** A second account: a client with a name, beside the default one. */
@Module({
  imports: [
    AsposeAuthModule.forRootAsync({
      name: 'groupdocs',
      imports: [LocalCloudModule],
      inject: [ConfigService, LocalCloudService],
      useFactory: groupDocsOptions,
    }),
  ],
  controllers: [FormatsController],
})
export class GroupDocsModule {}
