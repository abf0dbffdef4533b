import { Controller, Get, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  AsposeHttpService,
  AsposeTenantGuard,
  AsposeTenantInterceptor,
  InjectAsposeHttp,
  RequireAsposeToken,
} from 'nestjs-aspose-auth';
import { map, type Observable } from 'rxjs';

import { CustomerKeyGuard } from './customer-key.guard.js';

@Controller('customer/storage')
@UseGuards(CustomerKeyGuard, AsposeTenantGuard)
@UseInterceptors(AsposeTenantInterceptor)
export class CustomerStorageController {
  constructor(
    @InjectAsposeHttp('customers')
    private readonly aspose: AsposeHttpService,
  ) {}

  @Get()
  @RequireAsposeToken({ client: 'customers' })
  usage(): Observable<unknown> {
    return this.aspose
      .get<unknown>('/v4.0/cells/storage/disc')
      .pipe(map(({ data }) => data));
  }
}
