import { Module } from '@nestjs/common';

import { SessionModule } from '../session/session.module.js';
import { LocalCloudController } from './local-cloud.controller.js';
import { LocalCloudService } from './local-cloud.service.js';

@Module({
  imports: [SessionModule],
  controllers: [LocalCloudController],
  providers: [LocalCloudService],
  exports: [LocalCloudService],
})
export class LocalCloudModule {}
