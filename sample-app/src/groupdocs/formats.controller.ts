import { Controller, Get } from '@nestjs/common';
import {
  AsposeHttpService,
  InjectAsposeHttp,
  RequireAsposeToken,
} from 'nestjs-aspose-auth';
import { map, type Observable } from 'rxjs';

import { TIMEOUT_MS } from '../time-limit.js';

@Controller('formats')
export class FormatsController {
  constructor(
    @InjectAsposeHttp('groupdocs')
    private readonly groupDocs: AsposeHttpService,
  ) {}

  @Get()
  @RequireAsposeToken({ client: 'groupdocs' })
  formats(): Observable<unknown> {
    return this.groupDocs
      .get<unknown>('/v2.0/conversion/formats', { timeout: TIMEOUT_MS })
      .pipe(map(({ data }) => data));
  }
}
