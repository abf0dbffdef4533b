/** Runs some work and returns every rejection that nobody handled meanwhile. */
export async function unhandledRejectionsOf(
  work: () => Promise<void>,
): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await work();
    // Node tells of unhandled rejections once the microtasks of a turn are through.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  return unhandled;
}
