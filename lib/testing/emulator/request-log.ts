import type {
  EmulatorCounters,
  ReceivedApiCall,
  ReceivedTokenRequest,
} from './received-requests.js';

const KEPT_REQUESTS = 10_000;

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

/**
 * Remembers the newest requests and counts them all.
 *
 * @internal
 */
export class RequestLog {
  readonly counters: { -readonly [K in keyof EmulatorCounters]: number } = {
    ...NOTHING,
  };
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
