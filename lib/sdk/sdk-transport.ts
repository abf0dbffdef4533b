import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';

import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import { redirectGuard } from '../http/axios/redirect-guard.js';
import { directRoute } from '../network/environment-proxy.js';
import { followWithoutToken } from './sdk-redirects.js';

/** The options of a request as an SDK passes them to its HTTP client: the `request` package, axios or fetch. */
export type TransportOptions = Record<string, unknown>;

/** Is shown a request before it has a connection. It may throw: then the request fails. */
type RequestWatcher = (request: ClientRequest) => void;

/**
 * Shows each request that is made with these options, redirects included. Where an SDK uses fetch, none is seen.
 *
 * @param watch - called with each request before it has a connection; what it throws fails the request.
 */
export function watchRequests(
  options: TransportOptions,
  watch: RequestWatcher,
): void {
  // What is set by an earlier watcher is watched, too.
  const { httpModules, httpAgent, httpsAgent } = options;
  const modules = Object(httpModules) as Record<string, typeof http>;
  // The `request` package takes its modules from here, axios its agents.
  Object.assign(options, {
    httpModules: {
      'http:': watchedModule(modules['http:'] ?? http, watch),
      'https:': watchedModule(modules['https:'] ?? https, watch),
    },
    httpAgent: watchedAgent(httpAgent ?? http.globalAgent, watch),
    httpsAgent: watchedAgent(httpsAgent ?? https.globalAgent, watch),
  });
}

function watchedModule(
  module: Pick<typeof http, 'request'>,
  watch: RequestWatcher,
): object {
  const value = (settings: http.RequestOptions) => {
    const request = module.request(settings);
    watch(request);
    return request;
  };
  return Object.create(module, { request: { value } }) as object;
}

/** An agent as Node calls it, which its types do not tell. */
interface CalledAgent {
  addRequest(request: ClientRequest, ...more: unknown[]): void;
}

function watchedAgent(agent: unknown, watch: RequestWatcher): object {
  const called = agent as CalledAgent;
  const value: CalledAgent['addRequest'] = (request, ...more) => {
    try {
      watch(request);
      called.addRequest(request, ...more);
    } catch (error) {
      process.nextTick(() => request.emit('error', error));
    }
  };
  return Object.create(called, { addRequest: { value } }) as object;
}

/** What is told of a request. */
export interface AnswerWatcher {
  /** Its answer, once the head is there. */
  readonly onAnswer: (answer: IncomingMessage) => void;
  /** The answer is there in whole: its SDK is to say something soon. */
  readonly onWhole: (status: number) => void;
  /** What it failed with, without an answer. */
  readonly onError: (error: Error) => void;
  /** It ended with neither, as with a 101 that nobody asked for: no SDK hears of that. */
  readonly onNothing: () => void;
}

/**
 * Shows what becomes of each request that is made with these options, redirects included.
 *
 * @param watcherOf - is called as a request is made.
 */
export function watchAnswers(
  options: TransportOptions,
  watcherOf: (request: ClientRequest) => AnswerWatcher,
): void {
  watchRequests(options, (request) => {
    const { onAnswer, onWhole, onError, onNothing } = watcherOf(request);
    request
      .once('close', onNothing)
      .once('error', (error) => {
        request.off('close', onNothing);
        onError(error);
      })
      .once('response', (answer) => {
        request.off('close', onNothing);
        onAnswer(answer);
        answer.once('close', () => onWhole(answer.statusCode ?? 0));
      });
  });
}

/**
 * Keeps the token of a request at its origin: on redirects, through proxies, and where the certificate is not good.
 *
 * @param url - where the request is sent first.
 */
export function containToken(options: TransportOptions, url: string): void {
  const { origin, protocol } = new URL(url);
  options['followRedirect'] ??= followWithoutToken;
  options['beforeRedirect'] ??= redirectGuard(origin, undefined).beforeRedirect;
  Object.assign(options, directRoute(url, options));
  if (protocol === 'https:')
    options['httpAgent'] = watchedAgent(
      options['httpAgent'] ?? http.globalAgent,
      assertNoToken,
    );
  // CAD turns the verification of certificates off once it is authenticated: it is not heard.
  Object.defineProperty(options, 'strictSSL', {
    get: () => undefined,
    set() {},
    configurable: true,
  });
}

/** For what is for an `https:` host and is about to go without TLS: axios before 1.16.1 has an `http:` proxy read it all. */
function assertNoToken(request: ClientRequest): void {
  if (request.hasHeader('authorization'))
    throw new AsposeAuthError(
      AsposeAuthErrorCode.FOREIGN_ORIGIN,
      "The SDK's HTTP client would show the token to the proxy of the environment (HTTPS_PROXY) in clear text. " +
        'Name the host of the API in NO_PROXY, or call the API with AsposeHttpService.',
    );
}
