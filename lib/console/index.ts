/** @module nestjs-aspose-auth/console */

export { AsposeConsoleModule } from './aspose-console.module.js';
export type { AsposeConsoleOptions } from './aspose-console-options.interface.js';
export { DEFAULT_CONSOLE_PATH } from './console-paths.js';
