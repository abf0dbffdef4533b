import { Controller, Get } from '@nestjs/common';
import {
  type AccessToken,
  AsposeToken,
  RequireAsposeToken,
} from 'nestjs-aspose-auth';

import { StorageService } from './storage.service.js';

@Controller('storage')
export class StorageController {
  constructor(private readonly storage: StorageService) {}

  @Get()
  usage(): Promise<unknown> {
    return this.storage.usage();
  }

  @Get('token')
  @RequireAsposeToken({ minValidityMs: 1_000 })
  token(@AsposeToken() token: AccessToken): { printed: string } {
    return { printed: String(token) };
  }
}
