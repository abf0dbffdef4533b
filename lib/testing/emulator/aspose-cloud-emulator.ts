import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiRoutes } from './api-routes.js';
import { describeRequest, readBody } from './arriving-request.js';
import type { AsposeCloudEmulatorOptions } from './aspose-cloud-emulator-options.js';
import { checkBearer } from './bearer-check.js';
import { CredentialBan } from './credential-ban.js';
import { answering, type EmulatorAnswer } from './emulator-answer.js';
import type { EmulatorFault, FailNextOptions } from './emulator-faults.js';
import { notFound } from './error-envelope.js';
import { spoilDelivery } from './fault-delivery.js';
import { faultHandler } from './fault-handlers.js';
import { FaultQueue } from './fault-queue.js';
import { IssuedTokens } from './issued-tokens.js';
import { LoopbackServer } from './loopback-server.js';
import type {
  EmulatorCounters,
  ReceivedApiCall,
  ReceivedRequest,
  ReceivedTokenRequest,
} from './received-requests.js';
import { RequestLog } from './request-log.js';
import type { RouteHandler, RouteOptions } from './route-handler.js';
import { type SigningKeys, signingKeys } from './signing-keys.js';
import {
  bannedAnswer,
  isTokenPath,
  judgeTokenRequest,
  refusalAnswer,
  tokenAnswer,
} from './token-route.js';

export type * from './aspose-cloud-emulator-options.js';
export type * from './emulator-faults.js';
export type * from './received-requests.js';
export type * from './route-handler.js';

/**
 * A stand-in for Aspose Cloud: a real HTTP server on a loopback port that issues and
 * checks access tokens, bans credentials, fails on demand and remembers what it was sent.
 *
 * A request is counted, judged and given its token on arrival; latency and faults only
 * delay or spoil the answer. Safe to use concurrently.
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
  /** The id of the only client known here. */
  readonly clientId: string;
  /** How long the tokens issued from now on are valid, in seconds. */
  lifetimeSeconds: number;
  /** How long every answer is kept back, in milliseconds. */
  latencyMs = 0;

  readonly #server = new LoopbackServer((request, response) =>
    this.#serve(request, response),
  );
  readonly #received = new RequestLog();
  readonly #faults = new FaultQueue();
  readonly #routes = new ApiRoutes();
  readonly #ban: CredentialBan;
  readonly #tokens: IssuedTokens;
  readonly #staticToken: string | undefined;
  readonly #now: () => number;
  #clientSecret: string;
  #url = '';

  private constructor(keys: SigningKeys, options: AsposeCloudEmulatorOptions) {
    this.#now = options.now ?? (() => Date.now());
    this.#tokens = new IssuedTokens(keys, this.#now);
    this.#ban = new CredentialBan(options.banAfter ?? 5, this.#now);
    this.#staticToken = options.staticToken;
    this.#clientSecret =
      options.clientSecret ?? '0123456789abcdef0123456789abcdef';
    this.clientId = options.clientId ?? '11111111-2222-4333-8444-555555555555';
    this.lifetimeSeconds = options.lifetimeSeconds ?? 86400;
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

  /** The secret that is accepted now. */
  get clientSecret(): string {
    return this.#clientSecret;
  }

  /** What was received and answered since the start or the last reset. */
  get counters(): EmulatorCounters {
    return this.#received.counters;
  }

  /** The newest 10,000 token requests, oldest first. */
  get tokenRequests(): readonly ReceivedTokenRequest[] {
    return this.#received.tokenRequests;
  }

  /** The newest 10,000 API calls, oldest first. */
  get apiCalls(): readonly ReceivedApiCall[] {
    return this.#received.apiCalls;
  }

  /** Sets all counters to zero and forgets the requests received; tokens and bans stay. */
  resetCounters(): void {
    this.#received.reset();
  }

  /** Accepts only this secret from now on; the tokens issued so far stay valid. */
  rotateSecret(newSecret: string): void {
    this.#clientSecret = newSecret;
  }

  /** Refuses every token issued so far from now on, except a static one. */
  revokeAll(): void {
    this.#tokens.revokeAll();
  }

  /** Gives a valid token without a token request, and without counting it. */
  issueToken(options: { readonly lifetimeSeconds?: number } = {}): string {
    return (
      this.#staticToken ??
      this.#tokens.issue(
        this.clientId,
        options.lifetimeSeconds ?? this.lifetimeSeconds,
      )
    );
  }

  /** Lets the next requests meet a fault, once the faults queued before are used up. */
  failNext(fault: EmulatorFault, options: FailNextOptions = {}): void {
    this.#faults.add(fault, options);
  }

  /** Forgets the faults still to come; those already met run their course. */
  heal(): void {
    this.#faults.clear();
  }

  /**
   * Serves an API route, in place of any route registered before for the same calls.
   *
   * @param path the whole path in any letter case, or an expression that it has to match.
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
    this.#routes.add(method, path, handler, options);
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
    const asksForToken = isTokenPath(arrived.path);
    const genuine = asksForToken
      ? this.#receiveTokenRequest(arrived, await readBody(request))
      : this.#receiveApiCall(arrived);
    const fault = this.#faults.take(asksForToken ? 'token' : 'api');
    const handler = faultHandler(fault) ?? genuine();
    await this.#server.pause(this.latencyMs);
    await spoilDelivery(fault, response, (ms) => this.#server.pause(ms));
    await handler(request, response);
    if (asksForToken && response.statusCode === 400) {
      this.#received.counters.refusedTokenRequests += 1;
    }
  }

  #receiveTokenRequest(
    arrived: ReceivedRequest,
    body: string,
  ): () => RouteHandler {
    const received = { ...arrived, body, at: this.#now() };
    this.#received.recordTokenRequest(received);
    return () => answering(this.#answerTokenRequest(received));
  }

  #answerTokenRequest(received: ReceivedTokenRequest): EmulatorAnswer {
    if (this.#staticToken !== undefined) return notFound(received);
    const { credentials, error } = judgeTokenRequest(received, this);
    if (credentials && this.#ban.isBanned(credentials)) {
      this.#received.counters.bannedTokenRequests += 1;
      return bannedAnswer();
    }
    if (error) {
      if (credentials) this.#ban.countRefusal(credentials);
      return refusalAnswer(error);
    }
    this.#received.counters.tokensIssued += 1;
    return tokenAnswer(this.issueToken(), this.lifetimeSeconds);
  }

  #receiveApiCall(arrived: ReceivedRequest): () => RouteHandler {
    const { token, refusal } = checkBearer(
      arrived.headers.authorization,
      (bearer) => this.#refusalOf(bearer),
    );
    this.#received.recordApiCall({ ...arrived, token });
    const route = this.#routes.find(arrived.method, arrived.path);
    if (refusal && !route?.isPublic) return () => answering(refusal);
    return () => route?.handler ?? answering(notFound(arrived));
  }

  #refusalOf(token: string): string | undefined {
    return token === this.#staticToken
      ? undefined
      : this.#tokens.refusalOf(token);
  }
}
