import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  answering,
  type EmulatorAnswer,
  errorAnswer,
  matches,
  type RouteHandler,
  type RouteOptions,
} from './api-routes.js';
import type { EmulatorFault, FailNextOptions } from './emulator-faults.js';
import { faultHandler, spoilDelivery } from './fault-handlers.js';
import {
  IssuedTokens,
  type SigningKeys,
  signingKeys,
} from './issued-tokens.js';
import { LoopbackServer } from './loopback-server.js';
import {
  type AnsweredRequest,
  describeRequest,
  type EmulatorCounters,
  readBody,
  type ReceivedApiCall,
  type ReceivedRequest,
  type ReceivedTokenRequest,
  RequestLog,
} from './request-log.js';
import {
  BANNED,
  CredentialBan,
  isTokenPath,
  judgeTokenRequest,
  tokenEndpointAnswer,
} from './token-route.js';

/** How an emulator differs from the default one. */
export interface AsposeCloudEmulatorOptions {
  /** The id of the client that the emulator knows. @default a fixed GUID */
  readonly clientId?: string;
  /** The secret that is accepted at first. @default 32 fixed hexadecimal characters */
  readonly clientSecret?: string;
  /**
   * The secrets of further clients, by their ids: of an app's tenants, say.
   *
   * @default none
   */
  readonly clients?: Readonly<Record<string, string>>;
  /** How long tokens are valid, in seconds. @default 86400 */
  readonly lifetimeSeconds?: number;
  /**
   * The only bearer token that is valid, as in a Cells container; token paths then answer 404.
   *
   * @default none: tokens are issued
   */
  readonly staticToken?: string;
  /** The port to listen on; 0 for any free one. @default 0 */
  readonly port?: number;
  /** The clock for token expiry and bans, in milliseconds since the epoch. @default `Date.now` */
  readonly now?: () => number;
  /**
   * How often a pair of client id and secret may be refused before it is banned; `Infinity`: it never is.
   *
   * @default 5
   * @see https://docs.aspose.cloud/total/rate-limits
   */
  readonly banAfter?: number;
  /** Is told of each request when its answer has ended: for a log. Its headers and query may hold secrets. */
  readonly onAnswer?: (answered: AnsweredRequest) => void;
}

/**
 * A stand-in for Aspose Cloud: a real HTTP server on a loopback port that issues and checks access tokens, bans
 * credentials, fails on demand and remembers the requests it received.
 *
 * A request is counted, judged and given its token on arrival; latency and faults only delay or spoil the answer. Safe
 * to use concurrently.
 *
 * @example
 * ```ts
 * const cloud = await AsposeCloudEmulator.start({ lifetimeSeconds: 60 });
 * cloud.failNext({ kind: 'html', status: 502 });
 * // … point the code under test at cloud.url, with cloud.clientId and cloud.clientSecret
 * expect(cloud.counters.tokenRequests).toBe(2);
 * await cloud.close();
 * ```
 * @see https://docs.aspose.cloud/total/authenticating-api-requests/
 */
export class AsposeCloudEmulator implements AsyncDisposable {
  /** The id of the client that the emulator knows, besides those of the option `clients`. */
  readonly clientId: string;
  /** The only secret of that client that is accepted from now on; the tokens issued so far stay valid. */
  clientSecret: string;
  /** How long tokens issued from now on are valid, in seconds. */
  lifetimeSeconds: number;
  /** How long every answer is delayed, in milliseconds. */
  latencyMs = 0;
  readonly #log = new RequestLog();
  /** What was received and answered since the start or the last reset. */
  readonly counters: EmulatorCounters = this.#log.counters;
  /** The newest 10,000 token requests, oldest first. */
  readonly tokenRequests: readonly ReceivedTokenRequest[] =
    this.#log.tokenRequests;
  /** The newest 10,000 API calls, oldest first. */
  readonly apiCalls: readonly ReceivedApiCall[] = this.#log.apiCalls;

  readonly #server = new LoopbackServer((request, response) =>
    this.#serve(request, response),
  );
  readonly #routes: Readonly<{
    method: string;
    path: string | RegExp;
    handler: RouteHandler;
    isPublic: boolean;
  }>[] = [];
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #ban: CredentialBan;
  readonly #tokens: IssuedTokens;
  readonly #issuesTokens: boolean;
  readonly #now: () => number;
  readonly #onAnswer: ((answered: AnsweredRequest) => void) | undefined;
  #faults: { fault: EmulatorFault; path: 'token' | 'api'; left: number }[] = [];
  #url = '';

  private constructor(keys: SigningKeys, options: AsposeCloudEmulatorOptions) {
    this.#now = options.now ?? (() => Date.now());
    this.#tokens = new IssuedTokens(keys, this.#now, options.staticToken);
    this.#secrets = new Map(Object.entries(options.clients ?? {}));
    this.#ban = new CredentialBan(this.#now, options.banAfter);
    this.#issuesTokens = options.staticToken === undefined;
    this.#onAnswer = options.onAnswer;
    this.clientSecret =
      options.clientSecret ?? '0123456789abcdef0123456789abcdef';
    this.clientId = options.clientId ?? '11111111-2222-4333-8444-555555555555';
    this.lifetimeSeconds = options.lifetimeSeconds ?? 86400;
    const ok = answering({ status: 200, body: '"OK"' });
    this.route('GET', /^\/v4\.0\/cells(\/status\/check)?$/, ok);
  }

  /** Starts an emulator; resolves when it accepts connections, rejects when the port is taken. */
  static async start(
    options: AsposeCloudEmulatorOptions = {},
  ): Promise<AsposeCloudEmulator> {
    const cloud = new AsposeCloudEmulator(await signingKeys(), options);
    cloud.#url = await cloud.#server.listen(options.port ?? 0);
    return cloud;
  }

  /** Where the emulator listens, such as `http://127.0.0.1:49152`; no slash at the end. */
  get url(): string {
    return this.#url;
  }

  /** Sets all counters to zero and forgets the requests received; tokens and bans stay. */
  resetCounters(): void {
    this.#log.reset();
  }

  /** Makes every token issued so far invalid; a static token stays valid. */
  revokeAll(): void {
    this.#tokens.revokeAll();
  }

  /**
   * Issues a valid token without a token request, and without counting it.
   *
   * @param clientId - whose it is.
   */
  issueToken(clientId = this.clientId): string {
    return this.#tokens.issue(clientId, this.lifetimeSeconds);
  }

  /** Makes the next requests fail in this way, after the faults queued before. */
  failNext(fault: EmulatorFault, options: FailNextOptions = {}): void {
    const { times = 1, path = 'token' } = options;
    this.#faults.push({ fault, path, left: times });
  }

  /** Forgets the faults still to come; those under way go on. */
  heal(): void {
    this.#faults = [];
  }

  /**
   * Serves an API route, in place of any route registered before for the same calls.
   *
   * @param path - the whole path in any letter case, or an expression that it has to match.
   * @example
   * ```ts
   * cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', async (request, response) => {
   *   await pipeline(request, response);
   * });
   * ```
   */
  route(
    method: string,
    path: string | RegExp,
    handler: RouteHandler,
    options: RouteOptions = {},
  ): void {
    // The newest first.
    this.#routes.unshift({
      method: method.toUpperCase(),
      path,
      handler,
      isPublic: options.public === true,
    });
  }

  /** Stops listening and breaks every open connection; may be called again. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const arrived = describeRequest(request);
    this.#reportAnswer(arrived, response);
    const asksForToken = isTokenPath(arrived.path);
    const genuine = asksForToken
      ? this.#receiveTokenRequest({
          ...arrived,
          body: await readBody(request),
          at: this.#now(),
        })
      : this.#receiveApiCall(arrived);
    const fault = this.#takeFault(asksForToken ? 'token' : 'api');
    const handler = (fault && faultHandler(fault)) ?? genuine();
    await this.#server.pause(this.latencyMs);
    await spoilDelivery(fault, response, (ms) => this.#server.pause(ms));
    await handler(request, response);
    if (asksForToken && response.statusCode === 400)
      this.#log.counters.refusedTokenRequests += 1;
  }

  #reportAnswer(arrived: ReceivedRequest, response: ServerResponse): void {
    const start = performance.now();
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : undefined;
      const tookMs = performance.now() - start;
      this.#onAnswer?.({ ...arrived, status, tookMs });
    });
  }

  #takeFault(path: 'token' | 'api'): EmulatorFault | undefined {
    this.#faults = this.#faults.filter(({ left }) => left > 0);
    const next = this.#faults.find((queued) => queued.path === path);
    if (next) next.left -= 1;
    return next?.fault;
  }

  #receiveTokenRequest(received: ReceivedTokenRequest): () => RouteHandler {
    this.#log.recordTokenRequest(received);
    return () => answering(this.#answerTokenRequest(received));
  }

  #answerTokenRequest(received: ReceivedTokenRequest): EmulatorAnswer {
    if (!this.#issuesTokens) return notFound(received);
    const { credentials, error } = judgeTokenRequest(received, (clientId) =>
      clientId === this.clientId
        ? this.clientSecret
        : this.#secrets.get(clientId),
    );
    if (credentials && this.#ban.isBanned(credentials)) {
      this.#log.counters.bannedTokenRequests += 1;
      return BANNED;
    }
    if (error) {
      if (credentials) this.#ban.countRefusal(credentials);
      return tokenEndpointAnswer({ error });
    }
    this.#log.counters.tokensIssued += 1;
    return tokenEndpointAnswer({
      access_token: this.issueToken(credentials?.clientId),
      expires_in: this.lifetimeSeconds,
      token_type: 'Bearer',
    });
  }

  #receiveApiCall(arrived: ReceivedRequest): () => RouteHandler {
    const { authorization } = arrived.headers;
    const { challenge, ...verdict } = this.#tokens.check(authorization);
    this.#log.recordApiCall({ ...arrived, ...verdict });
    const route = this.#routes.find(
      ({ method, path }) =>
        method === arrived.method && matches(arrived.path, path),
    );
    if (challenge === undefined || route?.isPublic)
      return () => route?.handler ?? answering(notFound(arrived));
    // As from ASP.NET Core, without a body.
    const headers = { 'WWW-Authenticate': challenge };
    return () => answering({ status: 401, headers });
  }
}

/** The answer to a call that no route serves. */
function notFound({ method, path }: ReceivedRequest): EmulatorAnswer {
  const message = `Nothing is served at ${method} ${path}.`;
  return errorAnswer(404, 'errorItemNotFound', message);
}
