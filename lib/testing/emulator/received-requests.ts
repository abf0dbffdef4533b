import type { IncomingHttpHeaders } from 'node:http';

/** What the `Authorization` header of an API call turned out to carry. */
export type TokenVerdict = 'valid' | 'invalid' | 'none';

/** What an emulator counts; a live object, so it may be kept and looked at again. */
export interface EmulatorCounters {
  /** Requests to a token path, however they were answered. */
  readonly tokenRequests: number;
  /** Tokens given out in answer to a token request. */
  readonly tokensIssued: number;
  /** Token requests answered 400, for their fields or by a fault. */
  readonly refusedTokenRequests: number;
  /** Token requests answered 429 because their pair of id and secret was banned. */
  readonly bannedTokenRequests: number;
  /** API calls that arrived with a valid token, however they were answered. */
  readonly callsWithValidToken: number;
  /** API calls that arrived with an unknown, revoked or expired token. */
  readonly callsWithInvalidToken: number;
  /** API calls that arrived without a bearer token. */
  readonly callsWithoutToken: number;
}

/** The part of a request that a test looks at. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path as it was on the wire: still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A token request as it arrived. */
export interface ReceivedTokenRequest extends ReceivedRequest {
  /** The body as it was on the wire, cut after 64 KiB. */
  readonly body: string;
  /** When it had arrived, in milliseconds since the epoch by the emulator's clock. */
  readonly at: number;
}

/** An API call as it arrived; its body is left to the route. */
export interface ReceivedApiCall extends ReceivedRequest {
  /** What the emulator thought of its token on arrival. */
  readonly token: TokenVerdict;
}
