import { createRequire } from 'node:module';

import {
  AsposeHttpService,
  attachAsposeToken,
  createAsposeFetch,
  type TokenSource,
} from '../../../lib/index.js';
import type { Call } from './inputs.js';

/** Makes one call and resolves with the status of its answer, whatever it is. */
export type Caller = (
  call: Call,
  aspose?: { readonly minValidityMs?: number },
) => Promise<number>;

/** A client of this package, and the bare one that it is to behave like. */
export interface ComparedClient {
  readonly name: string;
  readonly bare: Caller;
  readonly withTokens: (tokens: TokenSource, origin: string) => Caller;
}

const axios = createRequire(__filename)('axios') as typeof import('axios');

type Axios = ReturnType<typeof axios.create>;

const axiosCaller =
  (instance: Axios): Caller =>
  async ({ url, ...call }, aspose) => {
    const { status } = await instance.request({
      method: 'PUT',
      url: url as string,
      ...(call as object),
      ...(aspose && { aspose }),
      validateStatus: () => true,
    });
    return status;
  };

const fetchCaller =
  (fetch: (url: URL | string, init: object) => Promise<Response>): Caller =>
  async (call, aspose) => {
    // Settings of this very call, which its owner may change.
    const settings = {
      method: 'PUT',
      get body() {
        return call.data;
      },
      ...(call.headers && { headers: call.headers }),
      ...(isStreamed(call.data) && { duplex: 'half' }),
      ...(aspose && { aspose }),
    };
    const { status } = await fetch(call.url, settings);
    return status;
  };

function isStreamed(body: unknown): boolean {
  return (
    typeof body === 'object' && body !== null && Symbol.asyncIterator in body
  );
}

/** Every client of this package that makes requests by itself. */
export const COMPARED_CLIENTS: readonly ComparedClient[] = [
  {
    name: 'AsposeHttpService',
    bare: axiosCaller(axios.create()),
    withTokens: (tokens, origin) =>
      axiosCaller(
        new AsposeHttpService(tokens, {
          baseUrl: origin,
          allowedOrigins: [origin],
          axios: {},
        }).axiosRef as Axios,
      ),
  },
  {
    name: 'an attached axios',
    bare: axiosCaller(axios.create()),
    withTokens(tokens, origin) {
      const instance = axios.create();
      attachAsposeToken(instance, tokens, { allowedOrigins: [origin] });
      return axiosCaller(instance);
    },
  },
  {
    name: 'AsposeFetch',
    bare: fetchCaller(globalThis.fetch),
    withTokens: (tokens, origin) =>
      fetchCaller(createAsposeFetch(tokens, { allowedOrigins: [origin] })),
  },
];
