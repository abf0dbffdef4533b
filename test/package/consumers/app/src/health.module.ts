import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AsposeHealthModule } from 'nestjs-aspose-auth/terminus';

import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule, AsposeHealthModule],
  controllers: [HealthController],
})
export class HealthModule {}
