import { Module } from '@nestjs/common';
import { CellsService } from './cells.service.js';
import { ConvertController } from './convert.controller.js';
import { StatusController } from './status.controller.js';

@Module({
  controllers: [ConvertController, StatusController],
  providers: [CellsService],
})
export class CellsModule {}
