import '../support/outbound/lowest-axios.js';

import { HttpService } from '@nestjs/axios';
import { describe, expect, it } from 'vitest';

import {
  asposeHttpService,
  attachedAxios,
  attachedHttpService,
  AXIOS_COPIES,
} from '../support/outbound/outbound-clients.js';
import { describeOutboundPolicy } from '../support/outbound/outbound-policy.js';
import { describeProcessWideAxios } from '../support/outbound/process-wide-axios.js';

describe('Where the lowest supported axios is installed', () => {
  it('this package and @nestjs/axios use it', async () => {
    const { axiosRef } = new HttpService();

    expect(axiosRef).toHaveProperty('VERSION', '1.16.1');
    expect(axiosRef).toBe(await AXIOS_COPIES.esModule());
  });
});

describeOutboundPolicy([
  asposeHttpService,
  attachedAxios('ES module', AXIOS_COPIES.esModule),
  attachedAxios('CommonJS', AXIOS_COPIES.lowest),
  attachedAxios('a newer one beside it', AXIOS_COPIES.commonJs),
  attachedHttpService,
]);

describeProcessWideAxios();
