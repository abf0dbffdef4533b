import { type AttachPolicy, bearerHeader } from '../http/attach-policy.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';
import { followWithoutToken } from './sdk-redirects.js';
import {
  holdsStream,
  MIN_VALIDITY_MS,
  NO_OTHER_TOKEN,
  originForSdk,
  STREAM_USED_UP,
  tokenForCall,
  unauthorized,
} from './sdk-requests.js';
import { takeRequest } from './taken-input.js';

/** A request as the SDKs pass it to their authenticators. */
export interface SdkRequest extends Record<string, unknown> {
  headers?: Record<string, unknown> | undefined;
  followRedirect?: unknown;
}

/** How a request was sent. */
interface Attempt {
  /** Undefined with `auth: 'none'`. */
  readonly token: AccessToken | undefined;
  readonly uri: unknown;
  readonly origin: string | undefined;
}

/**
 * Authenticates the requests of an official SDK, in place of the SDK's own authenticator.
 *
 * Cells, Words, Tasks and PDF call {@link SdkAuthentication.applyToRequest} a second time, with the same request
 * object, after a 401: so it is known which token was unauthorized, however many calls run at once.
 */
export class SdkAuthentication {
  readonly #tokens: TokenSource;
  readonly #policy: AttachPolicy;
  readonly #attempts = new WeakMap<SdkRequest, Attempt>();

  constructor(tokens: TokenSource, policy: AttachPolicy) {
    this.#tokens = tokens;
    this.#policy = policy;
  }

  /** Called by Cells, Words, Tasks, PDF and CAD before each attempt. */
  readonly applyToRequest = async (request: SdkRequest): Promise<void> => {
    const before = this.#attempts.get(request);
    return before === undefined
      ? this.#authenticate(request)
      : this.#authenticateAgain(request, before);
  };

  /** Called by BarCode before its only attempt. */
  readonly applyToRequestAsync = this.applyToRequest;

  /** Called after a 401. Has nothing to do, and must never throw: the SDKs would hang or end the process. */
  readonly handle401response = async (): Promise<void> => {};

  async #authenticate(request: SdkRequest): Promise<void> {
    const letGo = takeRequest(request);
    try {
      const { uri, url } = request;
      const origin = originForSdk(uri ?? url, this.#tokens, this.#policy);
      const token = await tokenForCall(this.#tokens);
      this.#attempts.set(request, { token, uri, origin });
      if (token !== undefined) attach(token, request);
    } catch (error) {
      letGo();
      throw error;
    }
  }

  async #authenticateAgain(
    request: SdkRequest,
    { token: before, uri, origin }: Attempt,
  ): Promise<void> {
    // Words encodes its URL again for each attempt.
    request['uri'] = uri;
    const token =
      before &&
      (await this.#tokens.getToken({
        minValidityMs: MIN_VALIDITY_MS,
        unauthorized: { token: before, origin },
      }));
    if (token !== undefined && token.value === before?.value)
      throw unauthorized(origin, NO_OTHER_TOKEN);
    // With a used-up stream Words would send an empty file, and the others would wait for ever.
    const { body, formData, multipart } = request;
    if (holdsStream([body, formData, multipart]))
      throw unauthorized(origin, STREAM_USED_UP);
    if (token === undefined) return;
    this.#attempts.set(request, { token, uri, origin });
    attach(token, request);
  }
}

function attach(token: AccessToken, request: SdkRequest): void {
  request.headers ??= {};
  request.headers['Authorization'] = bearerHeader(token);
  request.followRedirect ??= followWithoutToken;
  // CAD turns the verification of certificates off once it is authenticated: it is not heard.
  Object.defineProperty(request, 'strictSSL', {
    get: () => undefined,
    set() {},
    configurable: true,
  });
}
