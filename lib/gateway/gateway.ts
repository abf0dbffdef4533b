import type {
  IncomingMessage,
  RequestOptions,
  ServerResponse,
} from 'node:http';

import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import { originForToken } from '../http/attach-policy.js';
import { exchangeWithToken } from '../http/bearer-exchange.js';
import { assertReachable } from '../http/reachable.js';
import type { AsposeTenants } from '../tenants/aspose-tenants.js';
import type { TenantContext } from '../tenants/tenant-context.js';
import type { TokenSource } from '../token/token-source.js';
import { AllowList } from './allow-list.js';
import { isCrossOriginWrite, isForScript } from './cross-origin.js';
import { pipeBody, writeHead } from './gateway-answer.js';
import { gatewayBody } from './gateway-body.js';
import { drain, gatewayCall } from './gateway-call.js';
import { GatewayErrorCode, GatewayException } from './gateway-exception.js';
import { exceptionFor, outcomeOf, type Outcome } from './gateway-outcome.js';
import {
  belowBase,
  type GatewayTarget,
  readTarget,
  tokenPathBelow,
} from './gateway-target.js';
import { type HiddenRequest, HiddenRequests } from './hidden-requests.js';
import { passedHeaders } from './request-headers.js';
import type { GatewaySettings } from './gateway-settings.js';

/** Whose tokens a gateway attaches, and where they lead. */
export interface GatewayClient {
  readonly tokens: TokenSource;
  readonly baseUrl: string;
  readonly tokenEndpoint: string;
  readonly tenants: Pick<TenantContext, 'runFor'>;
  /** The tokens of a tenant. */
  readonly tokensOf: AsposeTenants['for'];
}

/** A call that may be made. */
interface AdmittedCall {
  readonly method: string;
  readonly target: GatewayTarget;
  readonly hidden: HiddenRequest;
}

/** Passes the calls of the app's callers on to Aspose, with a token, and the answers back. */
export class Gateway {
  readonly hidden = new HiddenRequests();
  readonly #client: GatewayClient;
  readonly #settings: GatewaySettings;
  readonly #tell: (outcome: Outcome) => void;
  readonly #allow: AllowList;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #options: RequestOptions;
  #underWay = 0;

  /** @param tell - hears of each call that was refused or failed. */
  constructor(
    client: GatewayClient,
    settings: GatewaySettings,
    tell: (outcome: Outcome) => void,
  ) {
    const base = new URL(client.baseUrl);
    this.#client = client;
    this.#settings = settings;
    this.#tell = tell;
    this.#allow = new AllowList(
      settings.allow,
      tokenPathBelow(client.baseUrl, client.tokenEndpoint),
    );
    this.#origin = base.origin;
    this.#basePath = base.pathname.replace(/\/+$/, '');
    this.#options = {
      protocol: base.protocol,
      // An address of IPv6 without its brackets, as sockets want it.
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      agent: settings.agent,
      timeout: settings.idleTimeoutMs,
    };
  }

  /** Ends the connections that are kept for further calls. */
  close(): void {
    this.#settings.closeAgent();
  }

  /**
   * Passes a call on. Settles as the head of its answer is sent, or when there is nobody left to send it to.
   *
   * @param given - the request as guards see it.
   * @param takeOver - takes Node's response from the platform, for good.
   * @throws {GatewayException} in place of an answer.
   */
  async pass(
    given: object,
    request: IncomingMessage,
    response: ServerResponse,
    takeOver: () => void,
  ): Promise<void> {
    const gone = new AbortController();
    let isPassedOn = false;
    response.once('close', () => {
      // An interceptor may have answered in Aspose's place.
      if (!isPassedOn || !response.writableFinished) gone.abort();
    });
    try {
      const call = this.#admit(request);
      if (response.destroyed) return;
      this.#count(response);
      const answer = await this.#ask(call, given, request, gone.signal);
      takeOver();
      writeHead(answer, request, response, this.#locationOf(answer, call));
      pipeBody(answer, response, (error) =>
        this.#tellOf(GatewayErrorCode.BROKEN_OFF, undefined, request, error),
      );
      isPassedOn = true;
    } catch (error) {
      if (gone.signal.aborted) return;
      throw this.#told(error, request);
    }
  }

  /** @throws {GatewayException} when a call is not to be made. */
  #admit(request: IncomingMessage): AdmittedCall {
    const { method = '', headers } = request;
    const { trustedOrigins, csrf, maxConcurrent } = this.#settings;
    const hidden = this.hidden.of(request);
    const target = hidden && readTarget(hidden.target);
    if (!hidden || !target || !this.#allow.has(method, target.path))
      throw new GatewayException(
        GatewayErrorCode.NOT_ALLOWED,
        404,
        'There is no such call here.',
      );
    if (headers.upgrade !== undefined)
      throw new GatewayException(
        GatewayErrorCode.UPGRADE,
        426,
        'Only HTTP is spoken here.',
        { headers: { Upgrade: 'HTTP/1.1' } },
      );
    if (
      isForScript(headers) ||
      (csrf && isCrossOriginWrite(method, headers, trustedOrigins))
    )
      throw new GatewayException(
        GatewayErrorCode.CROSS_ORIGIN,
        403,
        'Pages of other origins, and their scripts, may not make this call.',
      );
    if (this.#underWay >= maxConcurrent)
      throw new GatewayException(
        GatewayErrorCode.BUSY,
        503,
        'Too many calls are under way.',
        { headers: { 'Retry-After': '1' } },
      );
    return { method, target, hidden };
  }

  #count(response: ServerResponse): void {
    this.#underWay += 1;
    response.once('close', () => void (this.#underWay -= 1));
  }

  /** Returns the answer, unless it is a 401. */
  async #ask(
    { method, target, hidden }: AdmittedCall,
    given: object,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const path = `${this.#basePath}${target.path}${target.query}`;
    const url = `${this.#origin}${path}`;
    const call = gatewayCall({
      origin: this.#originFor(url),
      options: { ...this.#options, method, path },
      headers: passedHeaders(
        request.headers,
        hidden.contentType,
        this.#settings.headers,
      ),
      body: await gatewayBody(request, hidden, this.#settings),
      signal,
      isReceived: () => request.complete,
    });
    const answer = await this.#withTokens(given, (tokens) => {
      assertReachable(url, tokens);
      return exchangeWithToken(tokens, call);
    });
    if (answer.statusCode !== 401 && answer.statusCode !== 407) return answer;
    drain(answer);
    throw new GatewayException(
      GatewayErrorCode.UNAUTHORIZED,
      502,
      'Aspose Cloud does not accept the access token of this app.',
    );
  }

  /** @throws {ForeignOriginError} when the token may not be sent there. */
  #originFor(url: string): string {
    const { allowedOrigins = [this.#origin] } = this.#client.tokens;
    const policy = { allowedOrigins, onForeignOrigin: 'forbid' } as const;
    return originForToken({ url }, policy) ?? this.#origin;
  }

  /** Does something with the tokens that a request is served with. */
  #withTokens<T>(given: object, work: (tokens: TokenSource) => T): T {
    const { tokens, tenants, tokensOf } = this.#client;
    const { tenant } = this.#settings;
    if (tenant === undefined) return tenants.runFor(given, () => work(tokens));
    const id = tenant(given as never);
    if (id !== undefined) return work(tokensOf(id));
    throw new AsposeAuthError(
      AsposeAuthErrorCode.NO_TENANT,
      'The option tenant of the gateway returned no id, so no token can be chosen.',
    );
  }

  /** Where a redirect of Aspose's leads below the gateway; undefined if the caller may not go there. */
  #locationOf(
    { headers: { location } }: IncomingMessage,
    { target, hidden }: AdmittedCall,
  ): string | undefined {
    const base = `${this.#origin}${this.#basePath}`;
    const below = belowBase(location, base, target.path);
    return below !== undefined && this.#allow.has('GET', below.path)
      ? `${hidden.place}${below.path}${below.query}`
      : undefined;
  }

  /** Tells of a failure, and returns what the caller is answered. */
  #told(error: unknown, request: IncomingMessage): unknown {
    const known = exceptionFor(error);
    const code = known?.code ?? GatewayErrorCode.NO_TOKEN;
    this.#tellOf(code, known?.getStatus() ?? 500, request, error);
    return known ?? error;
  }

  #tellOf(
    code: GatewayErrorCode,
    status: number | undefined,
    request: IncomingMessage,
    error: unknown,
  ): void {
    const { target = '' } = this.hidden.of(request) ?? {};
    const { method = '' } = request;
    this.#tell(outcomeOf(code, status, { method, target }, error));
  }
}
