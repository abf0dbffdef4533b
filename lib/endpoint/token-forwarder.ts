import {
  type TokenFailure,
  tokenFailureOf,
} from '../client-credentials/token-failure.js';
import {
  exchangeInTime,
  type TokenResponse,
  type TokenTransport,
} from '../client-credentials/token-transport.js';
import { parseJson } from '../client-credentials/json.js';
import {
  buildTokenRequest,
  type TokenEndpoint,
} from '../client-credentials/token-request.js';
import { ClientCredentials } from '../credential/client-credentials.js';
import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { isAsposeAuthError } from '../errors/aspose-auth.error.js';
import type { TokenClock } from '../token/token-clock.js';
import type { ClientRequest } from './client-request.js';
import { errorAnswer, OAuthError } from './oauth-error.js';
import { RefusedPairs } from './refused-pairs.js';

/** What a {@link TokenForwarder} works with. */
export interface TokenForwarderParts {
  /** The identity server. */
  readonly endpoint: TokenEndpoint;
  readonly transport: TokenTransport;
  readonly clock: TokenClock;
  readonly timeoutMs: number;
  /** The client ids that may be forwarded; any if undefined. */
  readonly allowedClientIds: readonly string[] | undefined;
}

/** What came of a request: the answer for the caller, and what it means; undefined for a token. */
interface Outcome {
  readonly answer: TokenResponse;
  readonly failure: TokenFailure | undefined;
}

/** A request that tries a pair while others with this pair wait. */
interface Trial {
  readonly scope: string | undefined;
  readonly outcome: Promise<Outcome>;
  waiting: number;
}

/** How many requests may be at the identity server at once. */
const MAX_IN_FLIGHT = 50;

/** How many requests wait for one trial: no more could ask after it. */
const MAX_WAITING = MAX_IN_FLIGHT - 1;

/**
 * Passes callers' credentials on to Aspose's identity server and returns its answer unchanged.
 *
 * Keeps no token: credentials of one caller never answer another's request. Repeats a refusal from memory, so that
 * Aspose does not ban the credentials.
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

  /** @throws {OAuthError} when nothing is forwarded, or the identity server gave no answer that can be returned. */
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
    const { answer } = await this.#try(client);
    return answer;
  }

  /** Requests with a pair that is already being tried wait for the result: ten at once could get a wrong pair banned. */
  async #try(client: ClientRequest): Promise<Outcome> {
    const id = this.#refused.idOf(client);
    const trial = this.#trials.get(id);
    if (trial !== undefined) {
      const outcome = await outcomeOf(trial);
      if (outcome.failure === undefined) return this.#ask(client);
      return outcome.failure.isAboutRequest && trial.scope !== client.scope
        ? this.#try(client)
        : outcome;
    }
    const outcome = this.#ask(client);
    this.#trials.set(id, { scope: client.scope, outcome, waiting: 0 });
    try {
      return await outcome;
    } finally {
      this.#trials.delete(id);
    }
  }

  async #ask(client: ClientRequest): Promise<Outcome> {
    const received = await this.#exchange(client);
    const failure = tokenFailureOf(received, this.#parts.clock.wallNow());
    const answer = isTokenResponse(received)
      ? received
      : unusable(received, failure);
    if (failure === undefined) this.#refused.accept(client);
    if (!failure || failure.failure === 'transient' || failure.isAboutRequest)
      return { answer, failure };
    const holdMs = this.#refused.add(client, answer, failure);
    return answer === received
      ? { answer, failure }
      : { answer: repeated(answer, holdMs), failure };
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
}

async function outcomeOf(trial: Trial): Promise<Outcome> {
  if (trial.waiting >= MAX_WAITING)
    throw unavailable('Too many requests wait for these credentials.');
  trial.waiting += 1;
  return trial.outcome;
}

/** Whether an answer can be returned: it is JSON, and no redirect. */
function isTokenResponse({ status, body }: TokenResponse): boolean {
  return parseJson(body) !== undefined && !(status >= 300 && status < 400);
}

/** A ban is reported as one even without JSON. */
function unusable(
  { status }: TokenResponse,
  failure: TokenFailure | undefined,
): TokenResponse {
  return errorAnswer(
    failure?.failure === 'throttled'
      ? new OAuthError(
          status,
          'temporarily_unavailable',
          'The identity server is rate-limiting these credentials.',
        )
      : new OAuthError(
          502,
          'server_error',
          `The identity server answered ${status} with something that is no token response.`,
        ),
  );
}

/** A repeated refusal tells when the next try is worthwhile. */
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
