/** By what a call to Aspose was rejected with, or by an answer of `fetch` that is no 2xx: which call it was. */
const failedCalls = new WeakMap<object, string>();

/**
 * Notes that an error is what a call to Aspose was rejected with, so that nobody takes another error for one.
 *
 * To be called where this package rejects the call, once for each client. The first note stays. What is not an object
 * cannot be noted.
 *
 * @param call - the call as a log names it: {@link nameOfCall}, or the method of an SDK.
 */
export function noteFailedCall(error: unknown, call: string): void {
  if (isObject(error) && !failedCalls.has(error)) failedCalls.set(error, call);
}

/** The call to Aspose that was rejected with a value; undefined if none of this package's was. */
export function failedCallOf(error: unknown): string | undefined {
  return isObject(error) ? failedCalls.get(error) : undefined;
}

/** What the body of an answer fails with when its connection breaks off, by Node and by its `fetch`. */
const BREAKS = new Set<unknown>([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
]);

/**
 * Notes what the body of an answer fails with once the call has settled, if its connection broke off: all else is of who reads
 * it.
 */
export function noteBreak(error: unknown, call: string): void {
  if (isObject(error) && 'code' in error && BREAKS.has(error.code))
    noteFailedCall(error, call);
}

/** Names a call by its method and URL, without the query, a user name and a password: `PUT https://api.aspose.cloud/v4.0/cells`. */
export function nameOfCall(method: string, url: string): string {
  if (!URL.canParse(url)) return method.toUpperCase();
  const { origin, pathname } = new URL(url);
  return `${method.toUpperCase()} ${origin}${pathname}`;
}

/** Errors of calls whose body was used up by them. */
const usedUp = new WeakSet<object>();

/** Tells whether the call that was rejected with an error can be made again as it was: its body was not used up. */
export function isRepeatable(error: object): boolean {
  return !usedUp.has(error);
}

/** What a caller may end a call by, and what the call sent. */
export interface CallersPart {
  readonly signal?: AbortSignal | null | undefined;
  readonly body?:
    | {
        readonly isReplayable?: boolean;
        readonly failure?: AbortSignal | undefined;
      }
    | undefined;
}

/**
 * Notes what an HTTP client rejects a call with, unless the call failed by what its caller did: by a signal that was aborted for
 * a reason of the app's own, or by a body that failed. A signal's own reasons (a time limit, a cancellation) are about the
 * call.
 */
export function noteFailure(
  error: unknown,
  call: string,
  { signal, body }: CallersPart,
): void {
  const isReason = signal?.aborted === true && error === signal.reason;
  const isOwnReason = isReason && !(error instanceof DOMException);
  if (isOwnReason || body?.failure?.aborted) return;
  noteFailedCall(error, call);
  if (isObject(error) && body?.isReplayable === false) usedUp.add(error);
}

function isObject(value: unknown): value is object {
  return (
    (typeof value === 'object' && value !== null) || typeof value === 'function'
  );
}
