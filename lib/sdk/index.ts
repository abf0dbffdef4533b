export { provideAsposeSdk, withAsposeTokens } from './with-aspose-tokens.js';
