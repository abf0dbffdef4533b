import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';

import type { AttachPolicy } from '../http/attach-policy.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';

/** Whose tokens an API object sends, and where to. */
export interface SdkConnection {
  readonly tokens: TokenSource;
  readonly policy: AttachPolicy;
  /** What the API object is configured with. Those of one SDK may share it. */
  readonly configuration: object;
}

/** The same for one call, whose tokens are those of the tenant that it began with. */
export function connectionOfCall(connection: SdkConnection): SdkConnection {
  return { ...connection, tokens: connection.tokens.pin() };
}

/** How a request was sent. */
export interface SentRequest {
  readonly connection: SdkConnection;
  /** Undefined with `auth: 'none'`. */
  readonly token: AccessToken | undefined;
  readonly origin: string | undefined;
}

/** What became of a request at the transport. */
export interface TransportOutcome {
  readonly status?: number;
  /** The header `Retry-After` of the answer. */
  readonly retryAfter?: string | undefined;
  readonly error?: Error;
}

const calls = new AsyncLocalStorage<SdkCall>();

/**
 * One call of a method of an SDK, and what became of its requests.
 *
 * Holds nothing of what they send: a connection that is kept alive keeps the call, too.
 */
export class SdkCall {
  readonly connection: SdkConnection;
  /** Rejects with what the SDK does not tell. */
  readonly failure: Promise<never>;
  /** Ends the call with an error, whatever the SDK makes of it. */
  readonly fail: (error: unknown) => void;
  #sent: SentRequest | undefined;
  #outcome: TransportOutcome = {};
  #sentTimes = 0;
  #requests = 0;
  #wasHeard = false;
  #isRepeatedBySdk = false;

  constructor(connection: SdkConnection) {
    this.connection = connection;
    let fail: SdkCall['fail'];
    this.failure = new Promise<never>((_, reject) => (fail = reject));
    this.failure.catch(() => {});
    this.fail = fail!;
  }

  /** The call that runs, of an API object with this configuration. One that runs inside of another's is not the other's. */
  static currentOf({ configuration }: SdkConnection): SdkCall | undefined {
    const call = calls.getStore();
    return call?.connection.configuration === configuration ? call : undefined;
  }

  /** Calls the method. */
  run<T>(method: () => T): T {
    return calls.run(this, method);
  }

  /** Waits for what the method returned. */
  async settle(returned: unknown): Promise<unknown> {
    return Promise.race([returned, this.failure]);
  }

  /** To be called for each request. */
  noteSent(sent: SentRequest): void {
    this.#sent = sent;
    this.#outcome = {};
    this.#sentTimes += 1;
  }

  /**
   * To be called for each request that is made at the transport, redirects included.
   *
   * @returns its number: the newest has the highest.
   */
  noteRequest(): number {
    return (this.#requests += 1);
  }

  /** Whether it made no request after this one. */
  isNewest(request: number | undefined): boolean {
    return request === this.#requests;
  }

  /** To be called for each answer that is seen at the transport. */
  noteAnswer(
    sent: SentRequest,
    {
      statusCode = 0,
      headers,
    }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  ): void {
    this.#sent = sent;
    this.#outcome = { status: statusCode, retryAfter: headers['retry-after'] };
    this.#wasHeard ||= statusCode !== 401;
  }

  /** To be called when a request fails at the transport. */
  noteError(error: Error): void {
    this.#outcome = { error };
  }

  /** To be called when the SDK asks for another token by itself. */
  noteRepeated(): void {
    this.#isRepeatedBySdk = true;
  }

  /** Whether it got so far as to call the API. */
  get wasSent(): boolean {
    return this.#sent !== undefined;
  }

  /** What became of its newest request, as far as the transport shows. */
  get outcome(): TransportOutcome {
    return this.#outcome;
  }

  /** Whether it may have changed something already: it made several requests, or one that was redirected. */
  get isPartlyDone(): boolean {
    return this.#sentTimes > 1 || this.#wasHeard;
  }

  /** How the request was sent whose token the call failed for, unless the SDK has tried another already. */
  unauthorizedRequest(error: unknown): SentRequest | undefined {
    const status = this.#outcome.status ?? statusIn(error);
    return this.#isRepeatedBySdk || status !== 401 ? undefined : this.#sent;
  }
}

/** The status in what an SDK rejects with, as far as it says. */
export function statusIn(error: unknown): unknown {
  const { statusCode, code, response } = Object(error) as {
    statusCode?: unknown;
    code?: unknown;
    response?: { statusCode?: unknown; status?: unknown };
  };
  return statusCode ?? code ?? response?.statusCode ?? response?.status;
}
