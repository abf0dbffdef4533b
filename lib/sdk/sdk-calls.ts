import { noteFailure } from '../http/failed-call.js';
import {
  connectionOfCall,
  SdkCall,
  type SdkConnection,
  statusIn,
  type TransportOutcome,
} from './sdk-call.js';
import type { MethodCall } from './sdk-methods.js';
import {
  holdsStream,
  MIN_VALIDITY_MS,
  PARTLY_DONE,
  STREAM_USED_UP,
  unauthorized,
} from './sdk-requests.js';
import { takeInput, type TakenInput } from './taken-input.js';
import { takeStream } from './taken-stream.js';

/** An attempt to call a method: the second is made when the token of the first was unauthorized. */
interface Attempt {
  readonly call: SdkCall;
  readonly returned: unknown;
}

/**
 * Calls a method of an SDK and, when its token was unauthorized and the SDK has not tried another, once more.
 *
 * @returns what the method returns. It is called in this tick, with the input as it is now.
 */
export function callWithTokens(
  connection: SdkConnection,
  { name, input, make }: MethodCall,
): unknown {
  const taken = takeInput(input, takeStream);
  const ofCall = connectionOfCall(connection);
  const attempt = (): Attempt => {
    const call = new SdkCall(ofCall);
    // A method may change what it gets.
    const own = takeInput(taken.input, takeStream).input;
    return { call, returned: call.run(() => make(own)) };
  };
  try {
    const first = attempt();
    return isThenable(first.returned)
      ? outcomeOf(first, attempt, taken, name)
      : first.returned;
  } catch (error) {
    taken.letGo();
    throw error;
  }
}

async function outcomeOf(
  first: Attempt,
  again: () => Attempt,
  taken: TakenInput<unknown[]>,
  name: string,
): Promise<unknown> {
  let { call, returned } = first;
  try {
    try {
      return await call.settle(returned);
    } catch (error) {
      await assertRepeatable(call, error, taken.input);
    }
    ({ call, returned } = again());
    return await call.settle(returned);
  } catch (error) {
    const failure = taken.failure();
    taken.letGo();
    if (failure !== undefined) throw failure;
    if (call.wasSent) {
      const isReplayable = !holdsStream(taken.input);
      noteFailure(error, name, { body: { isReplayable } });
      completeError(error, call.outcome);
    }
    throw error;
  }
}

/** @throws why a call that failed cannot be made again: unless its token was unauthorized, what it failed with. */
async function assertRepeatable(
  call: SdkCall,
  error: unknown,
  input: unknown[],
): Promise<void> {
  const sent = call.unauthorizedRequest(error);
  if (sent?.token === undefined) throw error;
  const { connection, token, origin } = sent;
  const renewed = await connection.tokens
    .getToken({
      unauthorized: { token, origin },
      minValidityMs: MIN_VALIDITY_MS,
    })
    .catch(() => token);
  if (renewed.value === token.value) throw error;
  if (call.isPartlyDone) throw unauthorized(origin, PARTLY_DONE);
  if (holdsStream(input)) throw unauthorized(origin, STREAM_USED_UP);
}

/** Completes the error of an SDK that keeps to itself what became of the request. */
function completeError(
  error: unknown,
  { status, retryAfter, error: reason }: TransportOutcome,
): void {
  if (!(error instanceof Object) || !Object.isExtensible(error)) return;
  if (reason !== undefined && reason !== error && !('code' in error))
    Object.assign(error, { code: Reflect.get(reason, 'code'), cause: reason });
  // With less than that, Nest would answer as if all were well.
  if (status !== undefined && status >= 400 && statusIn(error) !== status)
    Object.assign(error, { statusCode: status });
  if (retryAfter !== undefined && !('headers' in error || 'response' in error))
    Object.assign(error, { headers: { 'retry-after': retryAfter } });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (Object(value) as { then?: unknown }).then === 'function';
}
