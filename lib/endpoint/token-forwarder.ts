import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { isAsposeAuthError } from '../errors/aspose-auth.error.js';
import { ClientCredentials } from '../credential/client-credentials.js';
import { readRetryAfter } from '../client-credentials/retry-after.js';
import type { TokenClock } from '../token/token-clock.js';
import { exchangeInTime } from '../client-credentials/token-exchange.js';
import {
  buildTokenRequest,
  type TokenEndpoint,
  type TokenResponse,
  type TokenTransport,
} from '../client-credentials/token-request.js';
import { failureOf, readObject } from '../client-credentials/token-response.js';
import type { ClientRequest } from './client-request.js';
import { errorAnswer, OAuthError } from './oauth-error.js';
import { type RefusalReach, RefusedPairs } from './refused-pairs.js';

/** What a {@link TokenForwarder} works with. */
export interface TokenForwarderParts {
  /** The identity server. */
  readonly endpoint: TokenEndpoint;
  readonly transport: TokenTransport;
  readonly clock: TokenClock;
  readonly timeoutMs: number;
  /** The client ids that may be forwarded; any, where undefined. */
  readonly allowedClientIds: readonly string[] | undefined;
}

/** A pair that is being tried, and what for. */
interface Trial {
  readonly scope: string | undefined;
  readonly answer: Promise<TokenResponse>;
  waiting: number;
}

/** How many requests the identity server may have to answer at once. */
const MAX_IN_FLIGHT = 50;

/** How many wait for one trial, at most: no more could ask after it. */
const MAX_WAITING = MAX_IN_FLIGHT - 1;

/** What the credentials have no part in. */
const REQUEST_ERRORS: readonly unknown[] = [
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
];

/**
 * Has the credentials of others tried by Aspose's identity server, and hands its answer back as it is.
 *
 * Keeps nothing that was granted: one caller's credentials never answer another's request. What was refused is
 * answered again from memory, so that Aspose does not ban the credentials.
 */
export class TokenForwarder {
  readonly #parts: TokenForwarderParts;
  readonly #refused: RefusedPairs;
  readonly #trials = new Map<string, Trial>();
  #inFlight = 0;

  constructor(parts: TokenForwarderParts) {
    this.#parts = parts;
    this.#refused = new RefusedPairs(parts.clock);
  }

  /** @throws {OAuthError} when nothing is forwarded, or the identity server gave no answer that can be handed back. */
  async forward(client: ClientRequest): Promise<TokenResponse> {
    const { allowedClientIds } = this.#parts;
    if (allowedClientIds?.includes(client.clientId) === false)
      throw new OAuthError(
        400,
        'unauthorized_client',
        'This client id is not served here.',
      );
    const known = this.#refused.find(client);
    if (known !== undefined) return repeated(known.answer, known.remainingMs);
    return this.#try(client);
  }

  /** A request with a pair that is already being tried waits for the result: ten at once could get a wrong pair banned. */
  async #try(
    client: ClientRequest,
    reach: RefusalReach = 'pair',
  ): Promise<TokenResponse> {
    const id = this.#refused.idOf(client, reach);
    const trial = this.#trials.get(id);
    if (trial !== undefined) {
      const answer = await outcomeOf(trial);
      if (trial.scope === client.scope)
        return isGrant(answer) ? this.#ask(client) : answer;
      if (isGrant(answer)) return this.#try(client, 'scope');
      return reachOf(answer) === 'scope' ? this.#try(client) : answer;
    }
    const answer = this.#ask(client);
    this.#trials.set(id, { scope: client.scope, answer, waiting: 0 });
    try {
      return await answer;
    } finally {
      this.#trials.delete(id);
    }
  }

  async #ask(client: ClientRequest): Promise<TokenResponse> {
    return this.#judged(client, await this.#exchange(client));
  }

  async #exchange(client: ClientRequest): Promise<TokenResponse> {
    if (this.#inFlight >= MAX_IN_FLIGHT)
      throw unavailable('Too many token requests are under way.');
    const { endpoint, transport, clock, timeoutMs } = this.#parts;
    const request = buildTokenRequest(endpoint, new ClientCredentials(client), {
      scope: client.scope,
    });
    this.#inFlight += 1;
    try {
      return await exchangeInTime(transport, request, clock, timeoutMs);
    } catch (error) {
      throw noAnswer(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  #judged(client: ClientRequest, answer: TokenResponse): TokenResponse {
    const handedOn = isTokenResponse(answer) ? answer : unusable(answer);
    if (isGrant(answer)) {
      this.#refused.remove(client);
      return handedOn;
    }
    const failure = failureOf(answer);
    if (failure === 'transient') return handedOn;
    const holdMs = this.#refused.add(
      client,
      handedOn,
      failure === 'throttled'
        ? readRetryAfter(answer.headers, this.#parts.clock.wallNow())
        : undefined,
      reachOf(answer),
    );
    return handedOn === answer ? answer : repeated(handedOn, holdMs);
  }
}

async function outcomeOf(trial: Trial): Promise<TokenResponse> {
  if (trial.waiting >= MAX_WAITING)
    throw unavailable('Too many requests wait for these credentials.');
  trial.waiting += 1;
  return trial.answer;
}

function isGrant({ status }: TokenResponse): boolean {
  return status >= 200 && status < 300;
}

/** Aspose's ban counts refusals of the pair: one that may have to do with the credentials is taken for one of them. */
function reachOf(answer: TokenResponse): RefusalReach {
  return failureOf(answer) === 'refused' &&
    REQUEST_ERRORS.includes(readObject(answer.body)?.['error'])
    ? 'scope'
    : 'pair';
}

/** Whether it is one that can be handed on: JSON, and not on its way elsewhere. */
function isTokenResponse({ status, body }: TokenResponse): boolean {
  return isJson(body) && !(status >= 300 && status < 400);
}

/** A ban stays one, though it comes without JSON. */
function unusable(answer: TokenResponse): TokenResponse {
  return errorAnswer(
    failureOf(answer) === 'throttled'
      ? new OAuthError(
          answer.status,
          'temporarily_unavailable',
          'The identity server asks to be left alone for a while.',
        )
      : new OAuthError(
          502,
          'server_error',
          `The identity server answered ${answer.status} with something that is no token response.`,
        ),
  );
}

/** A refusal says when it is worth trying again. */
function repeated(answer: TokenResponse, remainingMs: number): TokenResponse {
  const headers = {
    ...answer.headers,
    'retry-after': String(Math.ceil(remainingMs / 1000)),
  };
  return { ...answer, headers };
}

function noAnswer(error: unknown): OAuthError {
  const code = isAsposeAuthError(error) ? error.code : undefined;
  if (code === AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT)
    return new OAuthError(
      504,
      'temporarily_unavailable',
      'The identity server did not answer in time.',
    );
  if (code === AsposeAuthErrorCode.RESPONSE_TOO_LARGE)
    return new OAuthError(
      502,
      'server_error',
      'The identity server answered with more than 64 KiB.',
    );
  return unavailable('The identity server cannot be reached.');
}

function unavailable(description: string): OAuthError {
  return new OAuthError(503, 'temporarily_unavailable', description, {
    'Retry-After': '1',
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
