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

/** Names a call by its method and URL, without the query, a user name and a password: `PUT https://api.aspose.cloud/v4.0/cells`. */
export function nameOfCall(method: string, url: string): string {
  if (!URL.canParse(url)) return method.toUpperCase();
  const { origin, pathname } = new URL(url);
  return `${method.toUpperCase()} ${origin}${pathname}`;
}

/**
 * Tells whether a call failed by what its caller did: a signal that was aborted for a reason of the app's own, or a body
 * that failed. A signal's own reasons (a time limit, a cancellation) are about the call.
 *
 * @param error - what the call was rejected with.
 */
export function isCallersOwn(
  error: unknown,
  { signal, body }: CallersPart,
): boolean {
  const isReason = signal?.aborted === true && error === signal.reason;
  return (
    (isReason && !(error instanceof DOMException)) ||
    body?.failure?.aborted === true
  );
}

/** What a caller may end a call by. */
interface CallersPart {
  readonly signal?: AbortSignal | null | undefined;
  readonly body?: { readonly failure?: AbortSignal | undefined };
}

function isObject(value: unknown): value is object {
  return (
    (typeof value === 'object' && value !== null) || typeof value === 'function'
  );
}
