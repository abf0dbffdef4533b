import { createHmac, randomBytes, randomUUID } from 'node:crypto';

import {
  type TokenFailure,
  tokenFailureOf,
} from '../client-credentials/token-failure.js';
import {
  exchangeInTime,
  type TokenResponse,
} from '../client-credentials/token-transport.js';
import { parseJson } from '../client-credentials/json.js';
import {
  buildTokenRequest,
  DEFAULT_QUERY_NAMES,
} from '../client-credentials/token-request.js';
import { ClientCredentials } from '../credential/client-credentials.js';
import { CredentialRecord } from '../credential/credential-record.js';
import { AsposeAuthErrorCode, isAsposeAuthError } from '../errors/errors.js';
import {
  DEFAULT_BASE_URL,
  DEFAULT_TOKEN_ENDPOINT,
} from '../options/aspose-auth-options.interface.js';
import type { TokenClock } from '../token/token-clock.js';
import { longestHold } from '../token/token-hold.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import type { ClientRequest } from './client-request.js';
import { OAuthError } from './endpoint-answer.js';
import { IdentityServerHealth } from './identity-server-health.js';
import type { TokenEndpointPolicy } from './token-endpoint-options.interface.js';

/** A request to forward. */
interface Asked {
  /** Stands for the pair, without giving it away. */
  readonly id: string;
  readonly pair: ClientCredentials;
  readonly scope: string | undefined;
}

/** What came of a request: the answer for the caller, and what it means; undefined for a token. */
interface Outcome {
  readonly answer: TokenResponse;
  readonly failure: TokenFailure | undefined;
}

/** A request that tries a pair while others with this pair wait. */
interface Trial extends Pick<Asked, 'scope'> {
  readonly outcome: Promise<Outcome>;
  waiting: number;
}

/** The identity server that credentials are forwarded to by default. */
export const DEFAULT_IDENTITY_SERVER =
  DEFAULT_BASE_URL + DEFAULT_TOKEN_ENDPOINT;

const DEFAULT_TIMEOUT_MS = 4_000;

/** How many requests may be at the identity server at once. */
const MAX_IN_FLIGHT = 50;

/** How many requests wait for one trial: no more could ask after it. */
const MAX_WAITING = MAX_IN_FLIGHT - 1;

/** How many pairs are remembered. Strangers fill this memory, not that of the app's own credentials. */
const MAX_HELD_PAIRS = 1_000;

/**
 * Passes callers' credentials on to Aspose's identity server and returns its answer unchanged.
 *
 * Keeps no token: credentials of one caller never answer another's request. Repeats a refusal from memory, so that
 * Aspose does not ban the credentials. Remembers pairs by an HMAC with a key of this process, so that a memory dump gives
 * no secret away.
 */
export class TokenForwarder {
  readonly #policy: TokenEndpointPolicy;
  readonly #clock: TokenClock;
  readonly #transport;
  readonly #key = randomBytes(32);
  /** The pairs that were refused or throttled, the last one last, each with the answer to repeat. */
  readonly #held = new Map<string, [CredentialRecord, TokenResponse]>();
  readonly #trials = new Map<string, Trial>();
  readonly #health: IdentityServerHealth;
  #inFlight = 0;

  constructor(
    policy: TokenEndpointPolicy,
    clock: TokenClock,
    transport = axiosTokenTransport(policy.tokenAxios),
    health = new IdentityServerHealth(clock, () => {}),
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#transport = transport;
    this.#health = health;
  }

  /** @throws {OAuthError} when nothing is forwarded, or the identity server gave no answer that can be returned. */
  async forward({ scope, ...client }: ClientRequest): Promise<TokenResponse> {
    if (this.#policy.allowedClientIds?.includes(client.clientId) === false)
      throw new OAuthError(400, 'This client id is not served here.', {
        error: 'unauthorized_client',
      });
    const pair = new ClientCredentials(client);
    const id = createHmac('sha256', this.#key)
      .update(pair.fingerprint)
      .digest('base64');
    const held = this.#held.get(id);
    if (held && held[0].holds().length > 0) return repeated(...held);
    const { answer } = await this.#try({ id, pair, scope });
    return answer;
  }

  /** Requests with a pair that is already being tried wait for the result: ten at once could get a wrong pair banned. */
  async #try(asked: Asked): Promise<Outcome> {
    const { id, scope } = asked;
    const trial = this.#trials.get(id);
    if (trial !== undefined) {
      if (trial.waiting >= MAX_WAITING)
        throw unavailable('Too many requests wait for these credentials.');
      trial.waiting += 1;
      const outcome = await trial.outcome;
      if (outcome.failure === undefined) return this.#ask(asked);
      return outcome.failure.isAboutRequest && trial.scope !== scope
        ? this.#try(asked)
        : outcome;
    }
    const outcome = this.#ask(asked);
    this.#trials.set(id, { scope, outcome, waiting: 0 });
    try {
      return await outcome;
    } finally {
      this.#trials.delete(id);
    }
  }

  async #ask({ id, pair, scope }: Asked): Promise<Outcome> {
    const at = this.#clock.monotonicNow();
    const attempt = { id: randomUUID(), at, leaseUntil: at };
    const received = await this.#exchange(pair, scope);
    const failure = tokenFailureOf(received, this.#clock.wallNow());
    const answer = returnable(received, failure);
    this.#health.note(answer.status);
    const [record] = this.#held.get(id) ?? [new CredentialRecord(this.#clock)];
    if (!failure) record.settle(attempt, { type: 'accepted' });
    if (!failure || failure.failure === 'transient' || failure.isAboutRequest)
      return { answer, failure };
    const { failure: type, retryAfterMs } = failure;
    record.settle(attempt, { type, retryAfterMs });
    this.#held.delete(id);
    const [oldest = id] = this.#held.keys();
    if (this.#held.size >= MAX_HELD_PAIRS) this.#held.delete(oldest);
    this.#held.set(id, [record, answer]);
    return {
      answer: answer === received ? answer : repeated(record, answer),
      failure,
    };
  }

  async #exchange(
    pair: ClientCredentials,
    scope: string | undefined,
  ): Promise<TokenResponse> {
    if (this.#inFlight >= MAX_IN_FLIGHT)
      throw unavailable('Too many token requests are under way.');
    const { tokenEndpoint, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#policy;
    const url = tokenEndpoint ?? DEFAULT_IDENTITY_SERVER;
    const request = buildTokenRequest(
      { url, credentialsIn: 'form', queryNames: DEFAULT_QUERY_NAMES },
      pair,
      { scope },
    );
    this.#inFlight += 1;
    try {
      return await exchangeInTime(
        this.#transport,
        request,
        this.#clock,
        timeoutMs,
      );
    } catch (error) {
      const answer = noAnswer(error);
      this.#health.note(answer.status);
      throw answer;
    } finally {
      this.#inFlight -= 1;
    }
  }
}

/** The answer itself if it is JSON and no redirect. A ban is reported as one even without JSON. */
function returnable(
  received: TokenResponse,
  failure: TokenFailure | undefined,
): TokenResponse {
  const { status, body } = received;
  if (parseJson(body) !== undefined && !(status >= 300 && status < 400))
    return received;
  const error =
    failure?.failure === 'throttled'
      ? new OAuthError(
          status,
          'The identity server is rate-limiting these credentials.',
        )
      : new OAuthError(
          502,
          `The identity server answered ${status} with something that is no token response.`,
        );
  return error.answer;
}

/** A repeated refusal tells when the next try is worthwhile. */
function repeated(
  record: CredentialRecord,
  answer: TokenResponse,
): TokenResponse {
  const waitMs = longestHold(record.holds())?.remainingMs ?? 0;
  const headers = {
    ...answer.headers,
    'retry-after': String(Math.ceil(waitMs / 1000)),
  };
  return { ...answer, headers };
}

function noAnswer(error: unknown): OAuthError {
  const code = isAsposeAuthError(error) ? error.code : undefined;
  if (code === AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT)
    return new OAuthError(504, 'The identity server did not answer in time.');
  return code === AsposeAuthErrorCode.RESPONSE_TOO_LARGE
    ? new OAuthError(502, 'The identity server answered with more than 64 KiB.')
    : unavailable('The identity server cannot be reached.');
}

function unavailable(description: string): OAuthError {
  const headers = { 'Retry-After': '1' };
  return new OAuthError(503, description, { headers });
}
