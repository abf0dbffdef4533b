import type { TokenResponse } from '../client-credentials/token-request.js';
import type { EndpointRequest } from './client-request.js';

/** Answers one token request; the injection token of what a controller asks. */
export abstract class TokenEndpointHandler {
  /** @throws {OAuthError} when nothing is granted. */
  abstract answer(request: EndpointRequest): Promise<TokenResponse>;
}
