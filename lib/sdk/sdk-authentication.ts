import { isAsposeAuthError } from '../errors/errors.js';
import { bearerHeader } from '../http/attach-policy.js';
import { assertReachable } from '../http/reachable.js';
import type { AccessToken } from '../token/access-token.js';
import {
  connectionOfCall,
  SdkCall,
  type SdkConnection,
  type SentRequest,
} from './sdk-call.js';
import {
  answeredUnheard,
  endedUnheard,
  holdsStream,
  MIN_VALIDITY_MS,
  NO_OTHER_TOKEN,
  originForSdk,
  STREAM_USED_UP,
  tokenForCall,
  unauthorized,
  unauthorizedElsewhere,
} from './sdk-requests.js';
import {
  containToken,
  type TransportOptions,
  watchAnswers,
} from './sdk-transport.js';
import { takeRequest } from './taken-input.js';

/** A request as the SDKs pass it to their authenticators. */
export interface SdkRequest extends TransportOptions {
  headers?: Record<string, unknown> | undefined;
}

/** How a request was sent. */
interface Attempt extends SentRequest {
  /** Undefined where the SDK's object was called past the one that {@link withAsposeTokens} returned. */
  readonly call: SdkCall | undefined;
  readonly uri: unknown;
  /** Whether its newest answer is that of another origin, to which the token did not go. */
  readonly isElsewhere?: boolean;
}

/** The newest attempt of each request. Two API objects may share a configuration, and with it an authenticator. */
const attempts = new WeakMap<SdkRequest, Attempt>();

/** How long an SDK that has an answer in whole may say nothing, and send nothing. */
const SILENCE_MS = 250;

/**
 * Authenticates the requests of an official SDK, in place of the SDK's own authenticator.
 *
 * Cells, Words, Tasks and PDF call {@link SdkAuthentication.applyToRequest} a second time, with the same request
 * object, after a 401: so it is known which token was unauthorized, however many calls run at once. For the others the call
 * that runs is told what its requests are answered.
 */
export class SdkAuthentication {
  readonly #connection: SdkConnection;

  constructor(connection: SdkConnection) {
    this.#connection = connection;
  }

  /** Called by all SDKs but BarCode and Slides before each attempt. */
  readonly applyToRequest = async (request: SdkRequest): Promise<void> => {
    const before = attempts.get(request);
    const call = before?.call ?? SdkCall.currentOf(this.#connection);
    try {
      await (before === undefined
        ? this.#authenticate(request, call)
        : authenticateAgain(request, before));
    } catch (error) {
      // Words would reject with an error of its own, whatever the reason.
      call?.fail(error);
      throw error;
    }
  };

  /** Called by BarCode before its only attempt. */
  readonly applyToRequestAsync = this.applyToRequest;

  /** Called after a 401. Has nothing to do, and must never throw: the SDKs would hang or end the process. */
  readonly handle401response = async (): Promise<void> => {};

  async #authenticate(
    request: SdkRequest,
    call: SdkCall | undefined,
  ): Promise<void> {
    const connection = connectionOfCall(call?.connection ?? this.#connection);
    const { tokens, policy } = connection;
    const letGo = takeRequest(request);
    try {
      const { uri, url } = request;
      const origin = originForSdk(uri ?? url, tokens, policy);
      assertReachable(uri ?? url, tokens);
      const token = await tokenForCall(tokens);
      const attempt = { connection, call, token, uri, origin };
      attempts.set(request, attempt);
      call?.noteSent(attempt);
      if (token === undefined) return;
      attach(token, request);
      containToken(request, String(uri ?? url));
      watch(request);
    } catch (error) {
      letGo();
      throw error;
    }
  }
}

async function authenticateAgain(
  request: SdkRequest,
  answered: Attempt,
): Promise<void> {
  const attempt = { ...answered };
  attempts.set(request, attempt);
  const { connection, call, token: before, uri, origin } = attempt;
  if (attempt.isElsewhere) throw unauthorizedElsewhere(origin);
  call?.noteRepeated();
  // Words encodes its URL again for each attempt.
  request['uri'] = uri;
  const token =
    before &&
    (await connection.tokens.getToken({
      minValidityMs: MIN_VALIDITY_MS,
      unauthorized: { token: before, origin },
    }));
  if (token !== undefined && token.value === before?.value)
    throw unauthorized(origin, NO_OTHER_TOKEN);
  // With a used-up stream Words would send an empty file, and the others would wait for ever.
  const { body, formData, multipart } = request;
  if (holdsStream([body, formData, multipart]))
    throw unauthorized(origin, STREAM_USED_UP);
  if (token === undefined) return;
  attempts.set(request, { ...attempt, token });
  attach(token, request);
}

function attach(token: AccessToken, request: SdkRequest): void {
  request.headers ??= {};
  request.headers['Authorization'] = bearerHeader(token);
}

/** Tells the call of a request what that is answered, and ends it where the SDK would have it wait for ever. */
function watch(request: SdkRequest): void {
  watchAnswers(request, (sent) => {
    const { call, origin } = attempts.get(request)!;
    const number = call?.noteRequest();
    return {
      onAnswer(answer) {
        const isElsewhere = !sent.hasHeader('authorization');
        const attempt = { ...attempts.get(request)!, isElsewhere };
        attempts.set(request, attempt);
        const token = isElsewhere ? undefined : attempt.token;
        call?.noteAnswer({ ...attempt, token }, answer);
      },
      onError(error) {
        call?.noteError(error);
        if (isAsposeAuthError(error)) call?.fail(error);
      },
      onNothing: () => call?.fail(endedUnheard(origin)),
      onWhole(status) {
        if (status < 300) return;
        const answered = attempts.get(request);
        afterSilence(() => {
          // It goes on: with a redirect, another attempt or another request.
          if (attempts.get(request) !== answered || !call?.isNewest(number))
            return;
          call.fail(answeredUnheard(origin, status));
        });
      },
    };
  });
}

/** A process that was busy has the SDK hear of its answer first. */
function afterSilence(look: () => void): void {
  setTimeout(() => setImmediate(() => setImmediate(look)), SILENCE_MS);
}
