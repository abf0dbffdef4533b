import { describe, expect, it } from 'vitest';

import {
  asposeFetch,
  asposeHttpService,
  attachedAxios,
  attachedHttpService,
  AXIOS_COPIES,
} from '../support/outbound/outbound-clients.js';
import { describeOutboundPolicy } from '../support/outbound/outbound-policy.js';

describe('The copies of axios', () => {
  it('are three: that of CommonJS, that of ES modules, and an older one', async () => {
    const commonJs = await AXIOS_COPIES.commonJs();
    const esModule = await AXIOS_COPIES.esModule();
    const lowest = await AXIOS_COPIES.lowest();

    expect(commonJs.VERSION).toBe(esModule.VERSION);
    expect(lowest.VERSION).toBe('1.16.1');
    expect(new Set([commonJs, esModule, lowest]).size).toBe(3);
    expect(commonJs.AxiosHeaders).not.toBe(esModule.AxiosHeaders);
  });
});

describeOutboundPolicy([
  asposeHttpService,
  attachedAxios('CommonJS', AXIOS_COPIES.commonJs),
  attachedAxios('ES module', AXIOS_COPIES.esModule),
  attachedAxios('1.16.1 besides a newer one', AXIOS_COPIES.lowest),
  attachedHttpService,
  asposeFetch,
]);
