export { provideAsposeSdk } from './provide-aspose-sdk.js';
export { withAsposeTokens } from './with-aspose-tokens.js';
