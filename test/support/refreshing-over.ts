import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import {
  type AsposeTokenEvent,
  DecisionLog,
} from '../../lib/token/token-event.js';
import { RefreshingTokenSource } from '../../lib/refreshing/refreshing.token-source.js';
import { DEFAULT_REFRESH } from '../../lib/token/token-lifetime.js';
import type { TokenLayer } from '../../lib/token/token-layer.js';

/** Puts the engine's memory over any source, with the default settings. */
export function refreshingOver(
  source: TokenLayer,
  clock = new ManualTokenClock(),
) {
  const events: AsposeTokenEvent[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  const tokens = new RefreshingTokenSource({
    source,
    clock,
    decisions,
    refresh: DEFAULT_REFRESH,
    flightMs: 10_000,
    attempts: 3,
  });
  return { tokens, clock, events };
}
