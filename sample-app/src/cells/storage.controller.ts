import { Controller, Get } from '@nestjs/common';

import { StorageService } from './storage.service.js';

@Controller('storage')
export class StorageController {
  constructor(private readonly storage: StorageService) {}

  @Get()
  async usage(): Promise<{ usedBytes: number; freeBytes: number }> {
    const { UsedSize, TotalSize } = await this.storage.discUsage();
    return { usedBytes: UsedSize, freeBytes: TotalSize - UsedSize };
  }
}
