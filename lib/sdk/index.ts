/** @module nestjs-aspose-auth/sdk */

export type { AsposeConnection } from '../clients/aspose-connection.js';
export {
  type AsposeSdkOptions,
  provideAsposeSdk,
  withAsposeTokens,
} from './with-aspose-tokens.js';
