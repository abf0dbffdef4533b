// An app under test
export { AsposeAuthTestingModule } from './aspose-auth-testing.module.js';
export {
  overrideAsposeAuth,
  type OverridableModuleBuilder,
} from './override-aspose-auth.js';
export type { AsposeAuthTestingOptions } from './testing-options.js';

// Time under test
export { ManualTokenClock } from './manual-token-clock.js';

// Aspose Cloud under test
export * from './emulator/aspose-cloud-emulator.js';
