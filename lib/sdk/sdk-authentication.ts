import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';
import { followWithoutToken } from './sdk-redirects.js';
import {
  holdsStream,
  MIN_VALIDITY_MS,
  refusedForGood,
  refusedWithStream,
  refuseForeignUrl,
  tokenForCall,
} from './sdk-requests.js';

/** A request as the SDKs pass it to their authenticators; which of the fields there are depends on the SDK. */
export interface SdkRequest {
  uri?: unknown;
  url?: unknown;
  headers?: Record<string, unknown> | undefined;
  body?: unknown;
  formData?: unknown;
  multipart?: unknown;
  followRedirect?: unknown;
}

/** How a request was sent. */
interface Attempt {
  readonly token: AccessToken;
  readonly uri: unknown;
}

/**
 * Authenticates the requests of an official SDK, in place of the SDK's own authenticator.
 *
 * Cells, Words, Tasks and PDF call {@link SdkAuthentication.applyToRequest} a second time, with the same request
 * object, after a 401: so it is known which token was refused, however many calls run at once.
 */
export class SdkAuthentication {
  readonly #tokens: TokenSource;
  readonly #attempts = new WeakMap<SdkRequest, Attempt>();

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  /** Called by Cells, Words, Tasks and PDF before each attempt. */
  readonly applyToRequest = async (request: SdkRequest): Promise<void> => {
    const before = this.#attempts.get(request);
    // Words encodes its URL anew for each attempt.
    if (before !== undefined) request.uri = before.uri;
    const { uri } = request;
    const origin = refuseForeignUrl(
      uri ?? request.url,
      this.#tokens.allowedOrigins,
    );
    const token =
      before === undefined
        ? await tokenForCall(this.#tokens)
        : await this.#tokens.getToken({
            minValidityMs: MIN_VALIDITY_MS,
            refused: before.token,
            refusedBy: origin,
          });
    if (token === undefined) return;
    if (token.value === before?.token.value) throw refusedForGood(origin);
    if (before !== undefined && isStreamed(request))
      throw refusedWithStream(origin);
    this.#attempts.set(request, { token, uri });
    request.headers ??= {};
    request.headers['Authorization'] = `Bearer ${token.value}`;
    request.followRedirect ??= followWithoutToken;
  };

  /** Called by BarCode before its only attempt. */
  readonly applyToRequestAsync = this.applyToRequest;

  /** Called after a 401. Has nothing to do, and must never throw: the SDKs would hang or end the process. */
  readonly handle401response = async (): Promise<void> => {};
}

/** With a used-up stream Words would send an empty file, and the others would wait for ever. */
function isStreamed({ body, formData, multipart }: SdkRequest): boolean {
  return [body, formData, multipart].some(holdsStream);
}
