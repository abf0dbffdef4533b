import { Controller, Get, Param } from '@nestjs/common';

import { FilesService } from './files.service.js';

/** Calls cost money: in your app, say who may make them, with `@UseGuards()` here. */
@Controller('files')
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Get(':name')
  async find(
    @Param('name') name: string,
  ): Promise<{ name: string; exists: boolean }> {
    const { exists } = await this.files.find(name);
    return { name, exists };
  }
}
