import { Controller, Get } from '@nestjs/common';
import {
  AsposeHttpService,
  InjectAsposeHttp,
  RequireAsposeToken,
} from 'nestjs-aspose-auth';
import { map, type Observable } from 'rxjs';

/** Calls cost money: in your app, say who may make them, with `@UseGuards()` here. */
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
      .get<unknown>('/v2.0/conversion/formats')
      .pipe(map(({ data }) => data));
  }
}
