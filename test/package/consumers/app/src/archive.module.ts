import { Controller, Get, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import {
  AsposeAuthModule,
  AsposeHttpService,
  InjectAsposeHttp,
} from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';

@Controller('archive')
export class ArchiveController {
  constructor(
    @InjectAsposeHttp('archive') private readonly archive: AsposeHttpService,
  ) {}

  @Get()
  async usage(): Promise<unknown> {
    const call = this.archive.get<unknown>('/v4.0/cells/storage/disc');
    return (await firstValueFrom(call)).data;
  }
}

/** Has an account that no other module can use. */
@Module({
  imports: [
    AsposeAuthModule.forRootAsync({
      name: 'archive',
      isGlobal: false,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ARCHIVE_CLIENT_ID'),
        clientSecret: config.get<string>('ARCHIVE_CLIENT_SECRET'),
        baseUrl: config.get<string>('ARCHIVE_URL'),
      }),
    }),
  ],
  controllers: [ArchiveController],
})
export class ArchiveModule {}
