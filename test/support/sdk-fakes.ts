import http from 'node:http';
import { text } from 'node:stream/consumers';
import { urlToHttpOptions } from 'node:url';

import axios from 'axios';

/** The authenticator that Aspose's SDKs call. */
export interface SdkAuthenticator {
  applyToRequest(request: object, configuration: object): Promise<void>;
  applyToRequestAsync(request: object): Promise<void>;
  handle401response(configuration: object): Promise<void>;
}

interface SentRequest {
  uri: string;
  headers?: Record<string, string>;
}

/** What an SDK's own authenticator would do: none of it may happen. */
const ownAuthenticator: SdkAuthenticator = {
  applyToRequest: () => Promise.reject(new Error('own token request')),
  applyToRequestAsync: () => Promise.reject(new Error('own token request')),
  handle401response: () => Promise.reject(new Error('own token request')),
};

/**
 * Stands in for `PdfApi`, whose package cannot be loaded.
 *
 * After a 401 it has its authenticator told, and makes the call again with the same request object. Its requests have
 * no headers at first.
 */
export class FakePdfApi {
  readonly configuration: {
    baseUrl: string;
    selfHost: boolean;
    authentication: SdkAuthenticator;
  };

  constructor(baseUrl: string) {
    this.configuration = {
      baseUrl,
      selfHost: false,
      authentication: ownAuthenticator,
    };
  }

  async get(path: string): Promise<string> {
    const { authentication, baseUrl } = this.configuration;
    const request: SentRequest = { uri: `${baseUrl}${path}` };
    await authentication.applyToRequest(request, this.configuration);
    const first = await send(request);
    if (first.status !== 401) return first.text();
    await authentication.handle401response(this.configuration);
    await authentication.applyToRequest(request, this.configuration);
    const second = await send(request);
    if (second.ok) return second.text();
    throw new Error(`status ${second.status}`);
  }
}

/** Stands in for BarCode's `Configuration`. */
export class FakeBarcodeConfiguration {
  authentication: SdkAuthenticator = ownAuthenticator;
  readonly tokenUrl = 'https://id.aspose.cloud/connect/token';

  constructor(public baseUrl: string) {}

  getApiBaseUrl(): string {
    return `${this.baseUrl}/v4.0`;
  }
}

/** What BarCode's APIs reject with where the answer is no 2xx: no error, but an object that holds one. */
export interface FakeBarcodeRejection {
  response: { statusCode: number; statusMessage: string; body: string };
  errorResponse: object | null;
  error: Error;
}

/** Stands in for BarCode's APIs, which are on GitHub and not on npm. They use fetch, and do not expect a 401. */
export class FakeGenerateApi {
  protected _configuration: FakeBarcodeConfiguration;

  constructor(configuration: FakeBarcodeConfiguration) {
    this._configuration = configuration;
  }

  async generate({ path = 'cells', body }: FakeBarcodeRequest = {}): Promise<{
    response: object;
    body: string;
  }> {
    const request = {
      method: body === undefined ? 'GET' : 'POST',
      qs: {},
      headers: {},
      uri: `${this._configuration.getApiBaseUrl()}/${path}`,
      body,
      encoding: null,
    };
    await this._configuration.authentication.applyToRequestAsync(request);
    const { method, headers, uri } = request;
    const answer = await fetch(uri, { method, headers, body: body ?? null });
    const { status: statusCode, statusText: statusMessage } = answer;
    const response = { statusCode, statusMessage, body: await answer.text() };
    if (answer.ok) return { response, body: response.body };
    const message = `Error on '${uri}': ${statusCode} ${statusMessage}`;
    // oxlint-disable-next-line typescript/only-throw-error -- as BarCode does
    throw {
      response,
      errorResponse: null,
      error: new Error(message),
    } satisfies FakeBarcodeRejection;
  }
}

/** What BarCode's wrappers hold. */
export interface FakeBarcodeRequest {
  path?: string;
  body?: Uint8Array<ArrayBuffer>;
}

/** What `SlidesApi` is configured with. */
export interface FakeSlidesConfiguration {
  baseUrl: string;
  authBaseUrl: string;
  accessToken: string;
  appSid: string;
  appKey: string;
}

/**
 * Stands in for `SlidesApi`.
 *
 * After a 401 it asks its auth URL for another token and makes the call again with that one, whatever it is; when even
 * that is refused, it asks once more before it gives up.
 */
export class FakeSlidesApi {
  readonly configuration: FakeSlidesConfiguration;

  constructor(baseUrl: string) {
    this.configuration = {
      baseUrl,
      authBaseUrl: baseUrl,
      accessToken: '',
      appSid: 'external',
      appKey: 'external',
    };
  }

  async get(path: string, ..._files: unknown[]): Promise<string> {
    const first = await sendSlides(this.configuration, path);
    if (first.status !== 401) return first.text();
    await requestSlidesToken(this.configuration);
    const second = await sendSlides(this.configuration, path);
    if (second.ok) return second.text();
    if (second.status === 401) await requestSlidesToken(this.configuration);
    throw new Error(`status ${second.status}`);
  }

  /** Shows what a call is configured with, while it is under way. */
  async during<T>(
    look: (own: FakeSlidesConfiguration) => Promise<T>,
  ): Promise<T> {
    return look(this.configuration);
  }
}

async function sendSlides(
  { appSid, appKey, accessToken, baseUrl }: FakeSlidesConfiguration,
  path: string,
): Promise<Response> {
  const isAuthenticated = appSid !== '' || appKey !== '';
  return send({
    uri: `${baseUrl}${path}`,
    headers: isAuthenticated ? { Authorization: `Bearer ${accessToken}` } : {},
  });
}

async function requestSlidesToken(
  configuration: FakeSlidesConfiguration,
): Promise<void> {
  const { authBaseUrl, appSid, appKey } = configuration;
  const response = await fetch(`${authBaseUrl}/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appSid,
      client_secret: appKey,
    }),
  });
  const { access_token: token } = (await response.json()) as {
    access_token: string;
  };
  configuration.accessToken = token;
}

async function send({ uri, headers = {} }: SentRequest): Promise<Response> {
  return fetch(uri, { headers });
}

/** The options of a request as `FakeViewerApi` and `FakeConversionApi` pass them to their HTTP clients. */
interface FakeOptions extends Record<string, unknown> {
  uri?: string;
  url?: string;
  headers: Record<string, string>;
  httpModules?: Record<string, typeof http>;
}

/** What `FakeViewerApi` and `FakeConversionApi` are configured with. */
export interface FakeGroupDocsConfiguration {
  apiBaseUrl: string;
  authentication: SdkAuthenticator;
}

/**
 * Stands in for the APIs of GroupDocs Viewer, over what the `request` package does with its options: they have the call wait
 * for ever where a failure has no `error` in it, and keep the status to themselves.
 */
export class FakeViewerApi {
  readonly configuration: FakeGroupDocsConfiguration;

  constructor(apiBaseUrl: string) {
    this.configuration = { apiBaseUrl, authentication: ownAuthenticator };
  }

  async get(path: string, _file?: unknown): Promise<string> {
    const { apiBaseUrl, authentication } = this.configuration;
    const options: FakeOptions = { uri: `${apiBaseUrl}${path}`, headers: {} };
    await authentication.applyToRequest(options, this.configuration);
    return new Promise((resolve, reject) => {
      const client = options.httpModules?.['http:'] ?? http;
      const request = client.request({
        ...urlToHttpOptions(new URL(options.uri ?? '')),
        headers: options.headers,
      });
      request.once('response', (response) => {
        const settle = (body: string): void => {
          const { statusCode = 0 } = response;
          if (statusCode < 300) resolve(body);
          else if (body.includes('"error"')) reject(new Error(body));
        };
        text(response).then(settle, reject);
      });
      request.once('error', reject).end();
    });
  }
}

/** Stands in for the APIs of GroupDocs Conversion, over a real axios: they hide what the network failed with. */
export class FakeConversionApi {
  readonly configuration: FakeGroupDocsConfiguration;

  constructor(apiBaseUrl: string) {
    this.configuration = { apiBaseUrl, authentication: ownAuthenticator };
  }

  async get(path: string, _file?: unknown): Promise<string> {
    const { apiBaseUrl, authentication } = this.configuration;
    const options: FakeOptions = { url: `${apiBaseUrl}${path}`, headers: {} };
    await authentication.applyToRequest(options, this.configuration);
    try {
      const { data } = await axios<unknown>(options);
      return JSON.stringify(data);
    } catch {
      // oxlint-disable-next-line typescript/only-throw-error -- as Conversion does
      throw { message: 'Error while parse server error: TypeError' };
    }
  }

  /** Is not async, and asks nobody. */
  nameOf(file: string | undefined): string {
    if (file === undefined) throw new TypeError('Which file?');
    return `the name of ${file}`;
  }
}
