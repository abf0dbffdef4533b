import { Module } from '@nestjs/common';

import { LocalCloudService } from './local-cloud.service.js';

@Module({
  providers: [LocalCloudService],
  exports: [LocalCloudService],
})
export class LocalCloudModule {}
