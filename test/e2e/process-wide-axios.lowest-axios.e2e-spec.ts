import '../support/outbound/lowest-axios.js';

import { expect, it } from 'vitest';

import { axiosOfNest } from '../../lib/http/axios/axios-copies.js';
import { describeProcessWideAxios } from '../support/outbound/process-wide-axios.js';

it('The axios in use is the lowest supported one', () => {
  expect(axiosOfNest).toHaveProperty('VERSION', '1.6.0');
});

describeProcessWideAxios();
