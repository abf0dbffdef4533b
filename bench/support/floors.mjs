// The floors of getToken and peekToken.
import { performance } from 'node:perf_hooks';
const token = { value: 'static' };

/** A token that never changes. */
export const staticFloor = {
  getToken: () => Promise.resolve(token),
  peekToken: () => token,
};

/** What must be paid for a token whose age two clocks tell: a read of each, and a comparison. */
export const clockFloor = {
  since: { monotonicMs: performance.now(), wallMs: Date.now() },
  refreshAfterMs: Infinity,
  isFresh() {
    const { monotonicMs, wallMs } = this.since;
    return (
      Math.max(performance.now() - monotonicMs, Date.now() - wallMs) <
      this.refreshAfterMs
    );
  },
  getToken() {
    return this.isFresh()
      ? Promise.resolve(token)
      : Promise.reject(new Error());
  },
  peekToken() {
    return this.isFresh() ? token : undefined;
  },
};
