import type { FactoryProvider } from '@nestjs/common';
import { AsposeHttpService } from 'nestjs-aspose-auth';

export const ASPOSE_BASE_URL = 'ASPOSE_BASE_URL';

/** The base URL of the AsposeHttpService, for clients that need to be told. */
export const asposeBaseUrl: FactoryProvider<string | undefined> = {
  provide: ASPOSE_BASE_URL,
  inject: [AsposeHttpService],
  useFactory: ({ axiosRef }: AsposeHttpService) =>
    axiosRef.defaults.baseURL?.replace(/\/+$/, ''),
};
