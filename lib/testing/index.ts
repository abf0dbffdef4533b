/** @module nestjs-aspose-auth/testing */

// An app under test
export {
  AsposeAuthTestingModule,
  overrideAsposeAuth,
  type OverridableModuleBuilder,
  type OverrideAsposeAuthOptions,
} from './aspose-auth-testing.module.js';
export type { AsposeAuthTestingOptions } from './testing-options.js';

// Time under test
export { ManualTokenClock } from './manual-token-clock.js';

// A store under test
export {
  MemoryTokenStore,
  type MemoryTokenStoreOptions,
} from './store/memory.token-store.js';
export {
  tokenStoreContract,
  type TokenStoreContractCase,
  type TokenStoreContractOptions,
} from './store/token-store-contract.js';

// Aspose Cloud under test
export {
  AsposeCloudEmulator,
  type AsposeCloudEmulatorOptions,
} from './emulator/aspose-cloud-emulator.js';
export { convertSpreadsheet } from './conversion/convert-spreadsheet.route.js';
export type { RouteHandler, RouteOptions } from './emulator/api-routes.js';
export type * from './emulator/emulator-faults.js';
export type {
  AnsweredRequest,
  EmulatorCounters,
  ReceivedApiCall,
  ReceivedRequest,
  ReceivedTokenRequest,
  TokenVerdict,
} from './emulator/request-log.js';
