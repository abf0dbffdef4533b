import { Injectable, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import {
  Configuration,
  ConvertApi,
  ConvertDocumentDirectRequest,
} from 'groupdocs-conversion-cloud';
import { AsposeAuthModule } from 'nestjs-aspose-auth';
import { provideAsposeSdk } from 'nestjs-aspose-auth/sdk';

// From here on as docs/clients.md has it.
@Injectable()
export class ConversionService {
  constructor(private readonly conversion: ConvertApi) {}

  toPdf(document: Buffer): Promise<Buffer> {
    return this.conversion.convertDocumentDirect(
      new ConvertDocumentDirectRequest('pdf', document),
    );
  }
}

@Module({
  imports: [
    AsposeAuthModule.forRootAsync({
      name: 'groupdocs',
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        baseUrl: config.get('GROUPDOCS_URL', 'https://api.groupdocs.cloud'),
        clientId: config.get<string>('GROUPDOCS_CLIENT_ID'),
        clientSecret: config.get<string>('GROUPDOCS_CLIENT_SECRET'),
      }),
    }),
  ],
  providers: [
    provideAsposeSdk(
      ConvertApi,
      ({ baseUrl }) =>
        ConvertApi.fromConfig(
          Object.assign(new Configuration('external', 'external'), {
            apiBaseUrl: baseUrl,
          }),
        ),
      { client: 'groupdocs' },
    ),
    ConversionService,
  ],
  exports: [ConversionService],
})
export class ConversionModule {}
