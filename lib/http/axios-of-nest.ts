import { HttpService } from '@nestjs/axios';

import type { AdapterLookup } from './bearer-interceptor.js';

/** An axios instance that can look up adapters too, as axios' default export can. */
export type AxiosOfNest = HttpService['axiosRef'] & {
  getAdapter: AdapterLookup;
};

/** The copy of axios that @nestjs/axios uses, which may be another than the app's. */
export function axiosOfNest(): AxiosOfNest {
  return new HttpService().axiosRef as AxiosOfNest;
}
