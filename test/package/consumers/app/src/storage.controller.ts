import { Controller, Get, Query, UseInterceptors } from '@nestjs/common';
import {
  type AccessToken,
  AsposeAuthInterceptor,
  AsposeToken,
  RequireAsposeToken,
  TokenUnavailableError,
} from 'nestjs-aspose-auth';

import { StorageService } from './storage.service.js';

@Controller('storage')
export class StorageController {
  constructor(private readonly storage: StorageService) {}

  @Get()
  usage(): Promise<unknown> {
    return this.storage.usage();
  }

  @Get('by-axios')
  usageByAxios(): Promise<unknown> {
    return this.storage.usageByAxios();
  }

  @Get('by-fetch')
  usageByFetch(): Promise<unknown> {
    return this.storage.usageByFetch();
  }

  @Get('elsewhere')
  elsewhere(@Query('url') url: string): Promise<unknown> {
    return this.storage.elsewhere(url);
  }

  @Get('token')
  @RequireAsposeToken({ minValidityMs: 1_000 })
  token(@AsposeToken() token: AccessToken): { printed: string } {
    return { printed: String(token) };
  }

  @Get('failure/intercepted')
  @UseInterceptors(AsposeAuthInterceptor)
  intercepted(): never {
    throw new TokenUnavailableError('none', { retryAfterMs: 7_000 });
  }

  @Get('failure/filtered')
  filtered(): never {
    throw new TokenUnavailableError('none', { retryAfterMs: 7_000 });
  }
}
