import type { AsposeRequestOptions } from './axios-like.js';

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How this package treats the request. */
    aspose?: AsposeRequestOptions;
  }
}
