import { Controller, Get } from '@nestjs/common';

import { CellsService } from './cells.service.js';

/** Calls cost money: in your app, say who may make them, with `@UseGuards()` here. */
@Controller('status')
export class StatusController {
  constructor(private readonly cells: CellsService) {}

  @Get()
  async status(): Promise<{ cells: unknown }> {
    return { cells: await this.cells.status() };
  }
}
