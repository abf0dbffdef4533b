import { undefinedIfDisabled } from '../errors/aspose-auth.error.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';
import { followWithoutToken } from './sdk-redirects.js';
import {
  MIN_VALIDITY_MS,
  refusedForGood,
  refuseForeignUrl,
} from './sdk-requests.js';

/** A request as the SDKs pass it to their authenticators; which of the fields there are depends on the SDK. */
export interface SdkRequest {
  uri?: unknown;
  url?: unknown;
  headers?: Record<string, unknown> | undefined;
  followRedirect?: unknown;
}

/**
 * Authenticates the requests of an official SDK, in place of the SDK's own authenticator.
 *
 * Cells, Words, Tasks and PDF call {@link SdkAuthentication.applyToRequest} a second time, with the same request
 * object, after a 401: so it is known which token was refused, however many calls run at once.
 */
export class SdkAuthentication {
  readonly #tokens: TokenSource;
  readonly #sent = new WeakMap<SdkRequest, AccessToken>();

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  /** Called by Cells, Words, Tasks and PDF before each attempt. */
  readonly applyToRequest = async (request: SdkRequest): Promise<void> => {
    const origin = refuseForeignUrl(
      request.uri ?? request.url,
      this.#tokens.allowedOrigins,
    );
    const refused = this.#sent.get(request);
    const token = await this.#tokens
      .getToken({
        minValidityMs: MIN_VALIDITY_MS,
        refused,
        refusedBy: origin,
      })
      .catch(undefinedIfDisabled);
    if (token === undefined) return;
    if (token.value === refused?.value) throw refusedForGood(origin);
    this.#sent.set(request, token);
    request.headers ??= {};
    request.headers['Authorization'] = `Bearer ${token.value}`;
    request.followRedirect ??= followWithoutToken;
  };

  /** Called by BarCode before its only attempt. */
  readonly applyToRequestAsync = this.applyToRequest;

  /** Called after a 401. Has nothing to do, and must never throw: the SDKs would hang or end the process. */
  readonly handle401response = async (): Promise<void> => {};
}
