import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { InvalidOptionsError } from '../../errors/errors.js';
import { isLoopbackProxied } from '../../network/environment-proxy.js';
import type { AccessToken } from '../../token/access-token.js';
import { readTokenRequestParameters } from '../../client-credentials/token-request.js';
import { writeTokenResponse } from '../../client-credentials/token-response.js';
import { SystemTokenClock } from '../../token/token-clock.js';
import { remainingMs } from '../../token/token-lifetime.js';
import type { TokenSource } from '../../token/token-source.js';
import { CANNOT_GIVE } from '../sdk-requests.js';

/** How one call of `SlidesApi` reaches the broker: what its configuration is to say. */
export interface SlidesClient {
  readonly appSid: string;
  readonly appKey: string;
  readonly authBaseUrl: string;
}

interface AdmittedCall {
  readonly appSid: string;
  readonly tokens: TokenSource;
  token: AccessToken;
  readonly origin: string;
  readonly onUnauthorized: () => 'go on' | 'give up';
  timesUnauthorized: number;
}

const CLOCK = new SystemTokenClock();

/** Larger than what Slides sends, by far. */
const MAX_FORM_BYTES = 4 * 1024;

/**
 * Answers the token request that Slides makes after a 401, on loopback.
 *
 * Always with a token, even the unauthorized one: Slides hangs for ever when its token request fails. Identifies its
 * clients by a random credential that only travels over loopback. Listens only while calls are under way.
 */
export class SlidesBroker {
  readonly #calls = new Map<string, AdmittedCall>();
  readonly #key = randomBytes(32).toString('hex');
  #server: Promise<Server> | undefined;

  /**
   * Lets a call ask for a token in place of the one it has.
   *
   * @param origin - where the call goes.
   * @param onUnauthorized - called for each 401; says whether the call can go on. A call that is given up is still answered,
   *   since it would hang, and then dismissed.
   * @throws {InvalidOptionsError} when a proxy would stand between them.
   */
  async admit(
    tokens: TokenSource,
    token: AccessToken,
    origin: string,
    onUnauthorized: AdmittedCall['onUnauthorized'],
  ): Promise<SlidesClient> {
    if (isLoopbackProxied(process.env))
      throw new InvalidOptionsError(CANNOT_GIVE, [
        'HTTP_PROXY is set and NO_PROXY does not hold 127.0.0.1: SlidesApi could not ask this process for a new token. Add 127.0.0.1 to NO_PROXY.',
      ]);
    const appSid = randomBytes(16).toString('hex');
    this.#calls.set(appSid, {
      appSid,
      tokens,
      token,
      origin,
      onUnauthorized,
      timesUnauthorized: 0,
    });
    const server = (this.#server ??= this.#listen());
    try {
      const { port } = (await server).address() as AddressInfo;
      const authBaseUrl = `http://127.0.0.1:${port}`;
      return { appSid, appKey: this.#key, authBaseUrl };
    } catch (error) {
      // The next call is to try again.
      if (this.#server === server) this.#server = undefined;
      this.#calls.delete(appSid);
      throw error;
    }
  }

  /** How often a call's tokens were unauthorized. */
  timesUnauthorized({ appSid }: SlidesClient): number {
    return this.#calls.get(appSid)?.timesUnauthorized ?? 0;
  }

  /** Ends a call's admission. */
  dismiss({ appSid }: Pick<SlidesClient, 'appSid'>): void {
    this.#calls.delete(appSid);
    if (this.#calls.size > 0) return;
    const idle = this.#server;
    this.#server = undefined;
    void idle?.then((server) => server.close().closeAllConnections());
  }

  #listen(): Promise<Server> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        this.#answer(request, response).catch(() => response.destroy());
      });
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(server.unref()));
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const length = Number(request.headers['content-length'] ?? Infinity);
    const call =
      length <= MAX_FORM_BYTES ? this.#callOf(await text(request)) : undefined;
    if (call === undefined) return void response.writeHead(403).end();
    call.timesUnauthorized += 1;
    if (call.onUnauthorized() === 'give up')
      response.once('close', () => this.dismiss(call));
    call.token = await call.tokens
      .getToken({ unauthorized: { token: call.token, origin: call.origin } })
      .catch(() => call.token);
    const leftMs = remainingMs(call.token, CLOCK);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(writeTokenResponse(call.token.value, leftMs));
  }

  #callOf(form: string): AdmittedCall | undefined {
    const { clientId, clientSecret } = readTokenRequestParameters(
      Object.fromEntries(new URLSearchParams(form)),
    );
    const key = Buffer.from(this.#key);
    const given = Buffer.from(String(clientSecret[0]));
    return given.length === key.length && timingSafeEqual(given, key)
      ? this.#calls.get(String(clientId[0]))
      : undefined;
  }
}
