import { readFile } from 'node:fs/promises';
import type { Type } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { AsposeHttpService } from 'nestjs-aspose-auth';

import { AppModule } from '../../src/app.module.js';
import { LocalCloudService } from '../../src/local-cloud/local-cloud.service.js';

export const workbook = new Blob([
  await readFile(
    new URL('../../fixtures/quarterly-sales.xlsx', import.meta.url),
  ),
]);

export interface SampleApp extends AsyncDisposable {
  readonly url: string;
  /** Where it calls Aspose. */
  readonly asposeUrl: string;
  /** How many tokens it has asked its local cloud for. */
  countTokenRequests(): number;
  convert(options?: {
    format?: string;
    field?: string;
    file?: Blob;
  }): Promise<Response>;
}

/** The sample app on a free port, with these settings in place of the environment's, and with these features. */
export async function startSampleApp(
  settings: Record<string, string> = {},
  ...features: Type[]
): Promise<SampleApp> {
  const config = new ConfigService({
    ASPOSE_CLIENT_ID: '',
    ASPOSE_CLIENT_SECRET: '',
    ASPOSE_BASE_URL: '',
    SERVICE_KEY: '',
    ...settings,
  });
  const testingModule = await Test.createTestingModule({
    imports: [AppModule, ...features],
  })
    .overrideProvider(ConfigService)
    .useValue(config)
    .compile();
  const app = testingModule.createNestApplication({
    forceCloseConnections: true,
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    url,
    asposeUrl: String(app.get(AsposeHttpService).axiosRef.defaults.baseURL),
    countTokenRequests: () =>
      app.get(LocalCloudService, { strict: false }).countTokenRequests(),
    convert: ({ format = 'pdf', field = 'file', file = workbook } = {}) => {
      const body = new FormData();
      body.append(field, file, 'quarterly-sales.xlsx');
      return fetch(`${url}/convert?format=${format}`, { method: 'POST', body });
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
