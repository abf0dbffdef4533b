import { Module } from '@nestjs/common';
import { CellsApi } from 'asposecellscloud';
import { provideAsposeSdk } from 'nestjs-aspose-auth/sdk';

import { CellsService } from './cells.service.js';
import { ConvertController } from './convert.controller.js';
import { FilesController } from './files.controller.js';
import { FilesService } from './files.service.js';
import { StatusController } from './status.controller.js';
import { StorageController } from './storage.controller.js';
import { StorageService } from './storage.service.js';

@Module({
  controllers: [
    ConvertController,
    FilesController,
    StatusController,
    StorageController,
  ],
  providers: [
    CellsService,
    FilesService,
    StorageService,
    provideAsposeSdk(
      CellsApi,
      // The SDK requires an id and a secret; it never sends these.
      ({ baseUrl }) => new CellsApi('external', 'external', 'v3.0', baseUrl),
    ),
  ],
})
export class CellsModule {}
