import { InvalidOptionsError } from '../../errors/errors.js';
import {
  closingOf,
  completeSource,
  explanationOf,
} from '../../token/token-layer.js';
import type { TokenSource } from '../../token/token-source.js';
import {
  allowedOriginsFor,
  CANNOT_ATTACH,
  type TokenDestination,
} from '../token-destination.js';
import type { AxiosLike } from './axios-like.js';
import { type BearerPolicy, interceptWithBearer } from './bearer-adapter.js';

interface Attachment {
  readonly allowedOrigins: readonly string[];
  /** Aborts when the source is closed. */
  readonly closing: AbortSignal;
  readonly detach: () => void;
}

/** The token sources that are attached to each axios instance. */
const attached = new WeakMap<object, Map<TokenSource, Attachment>>();

/**
 * Makes an axios instance or `HttpService` of the app send the token to Aspose, and to nobody else.
 *
 * Requests to other origins are left alone, and so are those that bring an `Authorization` of their own. An unauthorized
 * token (401) is replaced and the request sent again, and what is passed is read when the call starts, as with
 * `AsposeHttpService`. Attaching again replaces the origins. When the app closes, its tokens are detached: the
 * `HttpService` of a plain `HttpModule` is one for all apps in a process. axios runs request interceptors from the last
 * added to the first: attach before you add one that names an adapter, or that adapter sends the request without the token.
 *
 * @returns a function that detaches.
 * @throws {InvalidOptionsError} when there is no HTTP client, when an allowed origin is not an origin, or gets the tokens of another source already, or
 *   when there is no token source.
 *
 * @example
 * ```ts
 * constructor(http: HttpService, tokens: AsposeTokenService) {
 *   attachAsposeToken(http, tokens);
 * }
 * ```
 */
export function attachAsposeToken(
  client: AxiosLike | { readonly axiosRef: AxiosLike },
  tokens: TokenSource,
  destination: TokenDestination = {},
): () => void {
  const instance = instanceOf(client);
  const sources = sourcesOf(instance);
  const allowedOrigins = allowedOriginsFor(tokens, destination);
  const before = sources.get(tokens);
  if (before && String(before.allowedOrigins) === String(allowedOrigins))
    return before.detach;
  assertOneSource(tokens, allowedOrigins, sources);
  before?.detach();

  const closing = closingOf(tokens);
  const policy: BearerPolicy = {
    tokens: completeSource(tokens, allowedOrigins),
    allowedOrigins,
    onForeignOrigin: 'leave',
    routeWithoutToken: 'as it is',
    idleTimeoutMs: 0,
  };
  const eject = interceptWithBearer(instance, policy, closing);
  const detach = () => {
    // Called a second time, it must not forget what was attached since.
    if (sources.get(tokens)?.detach === detach) sources.delete(tokens);
    eject();
  };
  sources.set(tokens, { allowedOrigins, closing, detach });
  return detach;
}

function instanceOf(client: unknown): AxiosLike {
  const { axiosRef = client } = Object(client) as { axiosRef?: unknown };
  const { interceptors } = Object(axiosRef) as Partial<AxiosLike>;
  if (interceptors !== undefined) return axiosRef as AxiosLike;
  throw new InvalidOptionsError(CANNOT_ATTACH, [
    'There is no HTTP client: pass an axios instance or an HttpService. Was it injected, and not imported as a type only?',
  ]);
}

/** Those that are attached to an instance and not closed. */
function sourcesOf(instance: AxiosLike): Map<TokenSource, Attachment> {
  const sources = attached.get(instance) ?? new Map<TokenSource, Attachment>();
  attached.set(instance, sources);
  for (const { closing, detach } of sources.values())
    if (closing.aborted) detach();
  return sources;
}

/** Asserts that no origin gets the tokens of two sources: which of them a request carries would be a matter of chance. */
function assertOneSource(
  tokens: TokenSource,
  allowedOrigins: readonly string[],
  sources: ReadonlyMap<TokenSource, Attachment>,
): void {
  const problems: string[] = [];
  for (const [other, owned] of sources)
    for (const origin of allowedOrigins)
      if (other !== tokens && owned.allowedOrigins.includes(origin))
        problems.push(
          `${origin} gets the tokens of ${nameOf(other)} from this HTTP client, and cannot get those of ${nameOf(tokens)} as well. ` +
            'Close the app that attached them first (app.close()), or use an HTTP client for each: HttpModule.register({}), or axios.create().',
        );
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_ATTACH, problems);
}

function nameOf(tokens: TokenSource): string {
  const { client, mode, clientId } = explanationOf(tokens);
  const source =
    clientId === undefined
      ? `a source of the mode ${mode}`
      : `client id ${clientId} (${mode})`;
  return client === undefined ? source : `the client '${client}', ${source}`;
}
