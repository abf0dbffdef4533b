/** By token source, the signal that tells of its closing. */
const closings = new WeakMap<object, AbortController>();

/**
 * The signal that aborts when a token source is closed.
 *
 * Read `aborted` and add no listener: a listener lives as long as the source. A source that is used again after it was
 * closed, as by tests that share one, has a new signal.
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
