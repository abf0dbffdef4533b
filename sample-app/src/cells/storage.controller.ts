import { Controller, Get } from '@nestjs/common';

import { StorageService } from './storage.service.js';

/** Calls cost money: in your app, say who may make them, with `@UseGuards()` here. */
@Controller('storage')
export class StorageController {
  constructor(private readonly storage: StorageService) {}

  @Get()
  async usage(): Promise<{ usedBytes: number; freeBytes: number }> {
    const { UsedSize, TotalSize } = await this.storage.discUsage();
    return { usedBytes: UsedSize, freeBytes: TotalSize - UsedSize };
  }
}
