import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

import { HttpModule, HttpService } from '@nestjs/axios';

import {
  attachAsposeToken,
  type AxiosLike,
  createAsposeFetch,
} from '../../../lib/index.js';
import { nestApp } from '../nest-app.js';
import type {
  OutboundAnswer,
  OutboundClient,
  OutboundRequest,
} from './outbound-client.js';

/** The part of axios' default export that is used, of whichever copy and version. */
interface AxiosCopy {
  create(): AxiosLike & AxiosSender;
}

interface AxiosSender {
  request(config: object): Promise<{ status: number; data: unknown }>;
}

const requireCommonJs = createRequire(__filename);

/** The copies of axios that an app may have: that of CommonJS, that of ES modules, and an older one besides. */
export const AXIOS_COPIES = {
  commonJs: async () => requireCommonJs('axios') as typeof import('axios'),
  esModule: async () => (await import('axios')).default,
  lowest: async () =>
    requireCommonJs('axios-lowest') as typeof import('axios-lowest'),
};

/** How axios tells that a request was called off, and that it took too long. */
const axiosErrors = {
  isAbort: (error: unknown) => has(error, 'code', 'ERR_CANCELED'),
  isTimeout: (error: unknown) => has(error, 'code', 'ECONNABORTED'),
};

/** `AsposeHttpService`, as an app injects it. */
export const asposeHttpService: OutboundClient = {
  name: 'AsposeHttpService',
  foreignOrigin: 'forbidden',
  connect: async ({ aspose }) => sendWith(aspose.axiosRef),
  ...axiosErrors,
};

/** An axios instance of the app's own. */
export function attachedAxios(
  name: string,
  load: () => Promise<AxiosCopy>,
): OutboundClient {
  return {
    name: `an attached axios (${name})`,
    foreignOrigin: 'left alone',
    async connect({ tokens }) {
      const instance = (await load()).create();
      attachAsposeToken(instance, tokens);
      return sendWith(instance);
    },
    ...axiosErrors,
  };
}

/** The `HttpService` of Nest's own module. */
export const attachedHttpService: OutboundClient = {
  name: 'an attached HttpService of HttpModule.register()',
  foreignOrigin: 'left alone',
  async connect({ tokens }) {
    const module = await nestApp().importing(HttpModule.register({})).compile();
    const http = module.get(HttpService);
    attachAsposeToken(http, tokens);
    return sendWith(http.axiosRef);
  },
  ...axiosErrors,
};

/** `fetch`. */
export const asposeFetch: OutboundClient = {
  name: 'createAsposeFetch',
  foreignOrigin: 'left alone',
  async connect({ tokens }) {
    const fetch = createAsposeFetch(tokens);
    return async ({ url, body, timeoutMs, signal, ...init }) => {
      const response = await fetch(url, {
        ...init,
        ...(signal && { signal }),
        ...(timeoutMs && { signal: AbortSignal.timeout(timeoutMs) }),
        ...(body instanceof Readable
          ? { body: Readable.toWeb(body) as ReadableStream, duplex: 'half' }
          : body && { body }),
      });
      return { status: response.status, body: await response.text() };
    };
  },
  isAbort: (error) => has(error, 'name', 'AbortError'),
  isTimeout: (error) => has(error, 'name', 'TimeoutError'),
};

function sendWith(instance: AxiosSender) {
  return async ({
    body,
    timeoutMs,
    ...config
  }: OutboundRequest): Promise<OutboundAnswer> => {
    const { status, data } = await instance.request({
      ...config,
      ...(timeoutMs && { timeout: timeoutMs }),
      data: body,
      responseType: 'text',
      validateStatus: () => true,
    });
    return { status, body: String(data) };
  };
}

function has(error: unknown, field: 'code' | 'name', value: string): boolean {
  return error instanceof Error && Reflect.get(error, field) === value;
}
