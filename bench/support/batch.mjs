// Import it with a query of its own for each subject: the engine then compiles a loop for each, as in an app that has
// one of them, and no subject pays for the shapes of the others.

/** Nanoseconds a call of `getToken`, awaited. */
export async function awaitedNs(subject, calls) {
  const startedAt = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) await subject.getToken();
  return Number(process.hrtime.bigint() - startedAt) / calls;
}

/** The same, of the processor: what else runs on the machine does not count. */
export async function awaitedProcessorNs(subject, calls) {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) await subject.getToken();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / calls;
}

/** Nanoseconds a call of `peekToken`. */
export function peekedNs(subject, calls) {
  let seen = 0;
  const startedAt = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1)
    if (subject.peekToken() !== undefined) seen += 1;
  const elapsed = Number(process.hrtime.bigint() - startedAt);
  if (seen !== calls) throw new Error('There was no token to peek at.');
  return elapsed / calls;
}
