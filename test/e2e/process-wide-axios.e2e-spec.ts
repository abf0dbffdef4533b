import { describeProcessWideAxios } from '../support/outbound/process-wide-axios.js';

describeProcessWideAxios();
