/** The calls to make once a signal aborts: all by one listener, since Node takes eleven for a leak. */
const callsOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Waits for a promise, but no longer than until the signal aborts.
 *
 * The promise itself goes on; whatever becomes of it later is ignored.
 *
 * @throws the signal's reason, once it aborts.
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    const forget = onAbort(signal, abort);
    promise.then(resolve, reject).finally(forget);
  });
}

/** Makes a call once a signal aborts, as a listener would; returns what takes it back. */
function onAbort(signal: AbortSignal, call: () => void): () => void {
  const calls = callsOf.get(signal) ?? listenTo(signal);
  calls.add(call);
  return () => {
    calls.delete(call);
    if (calls.size > 0 || callsOf.get(signal) !== calls) return;
    callsOf.delete(signal);
    signal.removeEventListener('abort', callAll);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const calls = new Set<() => void>();
  callsOf.set(signal, calls);
  signal.addEventListener('abort', callAll, { once: true });
  return calls;
}

function callAll(event: Event): void {
  const signal = event.target as AbortSignal;
  const calls = callsOf.get(signal) ?? [];
  callsOf.delete(signal);
  for (const call of calls) call();
}
