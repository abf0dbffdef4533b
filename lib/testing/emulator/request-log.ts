import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What the `Authorization` header of an API call carried. */
export type TokenVerdict = 'valid' | 'invalid' | 'none';

/** What an emulator counts; a live object, so you may keep it and read it again. */
export interface EmulatorCounters {
  /** Requests to a token path, however they were answered. */
  readonly tokenRequests: number;
  /** Tokens issued in answer to a token request. */
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

/** What a test may want to know of a request. */
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
  /** Whether its token was valid on arrival. */
  readonly token: TokenVerdict;
  /** The client that its token was issued to, if the token was valid. A static token is nobody's. */
  readonly clientId?: string;
}

/** A request, and how it was answered. */
export interface AnsweredRequest extends ReceivedRequest {
  /** The status; undefined where the connection ended before an answer. */
  readonly status: number | undefined;
  /** From the arrival of its head to the end of the answer, in milliseconds. */
  readonly tookMs: number;
}

const KEPT_REQUESTS = 10_000;
const KEPT_BYTES = 64 * 1024;

const NOTHING: EmulatorCounters = {
  tokenRequests: 0,
  tokensIssued: 0,
  refusedTokenRequests: 0,
  bannedTokenRequests: 0,
  callsWithValidToken: 0,
  callsWithInvalidToken: 0,
  callsWithoutToken: 0,
};

const COUNTER_OF_CALL = {
  valid: 'callsWithValidToken',
  invalid: 'callsWithInvalidToken',
  none: 'callsWithoutToken',
} as const;

/** Remembers the newest requests and counts them all. */
export class RequestLog {
  readonly counters: Record<keyof EmulatorCounters, number> = { ...NOTHING };
  readonly tokenRequests: ReceivedTokenRequest[] = [];
  readonly apiCalls: ReceivedApiCall[] = [];

  recordTokenRequest(request: ReceivedTokenRequest): void {
    this.counters.tokenRequests += 1;
    keep(this.tokenRequests, request);
  }

  recordApiCall(call: ReceivedApiCall): void {
    this.counters[COUNTER_OF_CALL[call.token]] += 1;
    keep(this.apiCalls, call);
  }

  reset(): void {
    Object.assign(this.counters, NOTHING);
    this.tokenRequests.length = 0;
    this.apiCalls.length = 0;
  }
}

function keep<T>(requests: T[], request: T): void {
  requests.push(request);
  if (requests.length > KEPT_REQUESTS) requests.shift();
}

/** What is known of a request before its body. */
export function describeRequest(request: IncomingMessage): ReceivedRequest {
  const { method = '', url = '', headers } = request;
  // Not `new URL`: it would read `//host` as a host, and change what the client sent.
  const [path = ''] = url.split('?', 1);
  const query = new URLSearchParams(url.slice(path.length));
  return { method, path, query, headers };
}

/** Reads a body to its end and keeps its first 64 KiB; rejects when the client breaks off. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let room = KEPT_BYTES;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (room > 0) kept.push(chunk.subarray(0, room));
    room -= chunk.length;
  }
  return Buffer.concat(kept).toString();
}
