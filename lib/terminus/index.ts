/** @module nestjs-aspose-auth/terminus */

export type {
  AsposeHealthOptions,
  HealthSettings,
} from './aspose-health-options.interface.js';
export {
  AsposeHealthIndicator,
  type AsposeHealthResult,
} from './aspose-health.indicator.js';
export { AsposeHealthModule } from './aspose-health.module.js';
export type { TokenHealth } from './token-health.js';
