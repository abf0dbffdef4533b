import type { AxiosRequestConfig } from 'axios';
import type { AsposeHttpService } from 'nestjs-aspose-auth';
import type { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

// Nothing here runs: the assertion is that it compiles, as CommonJS and as an ES module.

export const config: AxiosRequestConfig = {
  aspose: { attach: false, minValidityMs: 1_000, retryUnauthorized: false },
};

export const misspeltConfig: AxiosRequestConfig = {
  // @ts-expect-error -- there is no such option
  aspose: { nope: 1 },
};

export function requests(
  aspose: AsposeHttpService,
  cloud: AsposeCloudEmulator,
): unknown[] {
  return [
    aspose.get(cloud.url, { aspose: { minValidityMs: 1_000 } }),
    aspose.put('/x', 'data', { aspose: undefined }),
    aspose.axiosRef.post('/x', 'data', { aspose: { attach: false } }),
    // @ts-expect-error -- there is no such option
    aspose.get('/x', { aspose: { nope: 1 } }),
    // @ts-expect-error -- the option is a number
    aspose.axiosRef.post('/x', 'data', { aspose: { minValidityMs: '1 s' } }),
  ];
}
