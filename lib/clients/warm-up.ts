import type { ResolvedOptions } from '../options/resolve-options.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * Fetches the first token when the app starts.
 *
 * @throws {AsposeAuthError} with `require`, when no token is available.
 */
export async function warmUp(
  tokens: TokenSource,
  mode: ResolvedOptions['warmUp'],
): Promise<void> {
  if (mode === 'require') await tokens.getToken();
  if (mode === 'background') void fetchAhead(tokens);
}

/** Nobody waits for the first token yet: a script that is done before it comes may end. */
async function fetchAhead(tokens: TokenSource): Promise<void> {
  const waiting = new AbortController();
  try {
    const asked = tokens.getToken({ signal: waiting.signal });
    waiting.abort();
    await asked;
  } catch {
    // This caller is detached already. A failure is an event, and the first call that needs a token tries again.
  }
}
