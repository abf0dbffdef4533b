import {
  AccessToken,
  type AccessTokenLife,
  type SharedLife,
} from '../token/access-token.js';
import type { ClockReading, TokenClock } from '../token/token-clock.js';
import {
  drawRefreshAfterMs,
  type RefreshSettings,
  tokenAgeMs,
} from '../token/token-lifetime.js';
import type { StoredValue } from './token-store.js';

/** A token as it is stored. Times are in milliseconds. */
interface StoredToken {
  readonly token: string;
  readonly lifetimeMs: number;
  /** By the store's clock. */
  readonly issuedAt: number;
  readonly renewedFor?: SharedLife['renewedFor'];
}

/** Writes a token down. */
export function tokenToText(
  token: AccessToken,
  storeNow: number,
  clock: TokenClock,
  renewedFor: SharedLife['renewedFor'],
): string {
  const stored: StoredToken = {
    token: token.value,
    lifetimeMs: token.lifetimeMs,
    issuedAt: storeNow - tokenAgeMs(token, clock),
    ...(renewedFor && { renewedFor }),
  };
  return JSON.stringify(stored);
}

/** How a token that was read comes to life in this process. */
export interface TokenReading {
  /** Both clocks, read just before the store was asked. */
  readonly readAt: ClockReading;
  readonly refresh: RefreshSettings;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Reads a token that another process wrote down; undefined if it has ended.
 *
 * It is anchored at this process' own clocks, and ends when the store says or when it says itself, whichever comes first.
 */
export function tokenFromText(
  text: string,
  { ttlMs, now }: StoredValue,
  { readAt, refresh, random }: TokenReading,
): AccessToken | undefined {
  // This package wrote it: else it could not have been decrypted.
  const { token, lifetimeMs, issuedAt, renewedFor } = JSON.parse(
    text,
  ) as StoredToken;
  const remainingMs = Math.min(ttlMs, issuedAt + lifetimeMs - now);
  if (!(remainingMs > 0)) return undefined;
  // A store whose clock was set back would have it live longer than it was granted for.
  const ageMs = Math.max(0, lifetimeMs - remainingMs);
  const life: AccessTokenLife = {
    lifetimeMs,
    refreshAfterMs: drawRefreshAfterMs(lifetimeMs, random(), refresh),
    issuedAt: {
      monotonicMs: readAt.monotonicMs - ageMs,
      wallMs: readAt.wallMs - ageMs,
    },
    shared: { renewedFor },
  };
  return new AccessToken(token, life);
}
