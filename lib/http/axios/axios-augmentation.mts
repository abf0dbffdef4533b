import type { AsposeRequestOptions } from '../request-options.js';

// The same as in axios-like.ts, for the types that axios has for ES modules. Keep them alike.
declare module 'axios' {
  interface AxiosRequestConfig {
    /** How this package treats the request. */
    aspose?: AsposeRequestOptions | undefined;
  }
}
