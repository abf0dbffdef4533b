// oxlint-disable-next-line typescript/triple-slash-reference -- an import of an ES module cannot be required
/// <reference path="./axios-augmentation.mts" preserve="true" />
// oxlint-disable-next-line import/no-empty-named-blocks -- what nobody imports cannot be augmented
import type {} from 'axios';

import type { AsposeRequestOptions } from '../request-options.js';

// axios has one set of types for CommonJS and another for ES modules. This is for the first, the file referenced above
// for the second. No type parameters: axios' own differ from version to version, and not one is valid next to all of them.
declare module 'axios' {
  interface AxiosRequestConfig {
    /** How this package treats the request. */
    aspose?: AsposeRequestOptions | undefined;
  }
}
