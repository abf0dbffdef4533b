/** By token source, what tells that it is closed. */
const closings = new WeakMap<object, AbortController>();

/**
 * The signal that a token source is closed.
 *
 * Read `aborted` and add no listener: a listener lives as long as the source. A closed source that is put to use again, as
 * by tests that share one, has a new signal.
 */
export function closingOf(source: object): AbortSignal {
  const closing = closings.get(source) ?? new AbortController();
  closings.set(source, closing);
  return closing.signal;
}

/** Aborts the signal of a token source that is closed. */
export function announceClosing(source: object): void {
  closings.get(source)?.abort();
  closings.delete(source);
}
