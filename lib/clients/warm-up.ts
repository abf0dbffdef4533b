import type { TokenSource } from '../token/token-source.js';

/** Fetches a token that nobody waits for yet: a script that is done before it comes may end. */
export async function fetchAhead(tokens: TokenSource): Promise<void> {
  const waiting = new AbortController();
  try {
    const asked = tokens.getToken({ signal: waiting.signal });
    waiting.abort();
    await asked;
  } catch {
    // This caller is detached already. A failure is an event, and the next call that needs a token tries again.
  }
}
