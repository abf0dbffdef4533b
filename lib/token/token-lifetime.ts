import { InvalidOptionsError } from '../errors/errors.js';
import type { AccessToken, AccessTokenLife } from './access-token.js';
import type { TokenClock } from './token-clock.js';

/**
 * How far a token is through its life.
 *
 * - `fresh`: served, nothing else to do
 * - `refresh-soon`: served, while a replacement is fetched in the background
 * - `must-refresh`: served, once a running refresh had a short moment to finish
 * - `expired`: never sent
 */
export type TokenState = 'fresh' | 'refresh-soon' | 'must-refresh' | 'expired';

/** When a token is replaced. All settings scale down with short lifetimes. */
export interface RefreshSettings {
  /**
   * After which share of its lifetime a token is replaced at the earliest: 0.7 is 70 %. At most 0.5 for lifetimes below a
   * minute.
   *
   * @default 0.7
   */
  readonly earliest: number;
  /**
   * After which share of its lifetime a token is replaced at the latest; at most 0.6 for lifetimes below a minute. The moment
   * is drawn between the two, once per token, so that not all processes ask at the same time.
   *
   * @default 0.8
   */
  readonly latest: number;
  /**
   * The last part of a token's life, in milliseconds, in which calls wait for a newer one, and use it only if none comes
   * quickly; at most a tenth of the lifetime.
   *
   * @default 30000
   */
  readonly safetyMs: number;
  /**
   * How long after the start of a refresh, in milliseconds, calls go on waiting for it while there is a valid token. Then they
   * use that one.
   *
   * @default 2000
   */
  readonly patienceMs: number;
}

/** The defaults of {@link RefreshSettings}. */
export const DEFAULT_REFRESH: RefreshSettings = {
  earliest: 0.7,
  latest: 0.8,
  safetyMs: 30_000,
  patienceMs: 2_000,
};

const SHORT_LIFETIME_MS = 60_000;

/**
 * How old a token is, in milliseconds: by whichever clock advanced more.
 *
 * The monotonic clock stops while a machine sleeps, and the wall clock can be set back. As long as not both happen at
 * once, the larger age is right.
 */
export function tokenAgeMs(token: AccessTokenLife, clock: TokenClock): number {
  return Math.max(
    clock.monotonicNow() - token.issuedAt.monotonicMs,
    clock.wallNow() - token.issuedAt.wallMs,
  );
}

/** How much longer a token is valid, in milliseconds; negative once it has expired. */
export function remainingMs(token: AccessTokenLife, clock: TokenClock): number {
  return token.lifetimeMs - tokenAgeMs(token, clock);
}

/** The age, in milliseconds, from which a token is no longer sent: a little before its end. */
export function usableForMs(lifetimeMs: number, safetyMs: number): number {
  return lifetimeMs - Math.min(1_000, safetyWindowMs(lifetimeMs, safetyMs) / 2);
}

/** Tells the state of a token from its age. */
export function tokenState(
  token: AccessTokenLife,
  ageMs: number,
  safetyMs: number,
): TokenState {
  if (ageMs < token.refreshAfterMs) return 'fresh';
  if (ageMs >= usableForMs(token.lifetimeMs, safetyMs)) return 'expired';
  const mustRefreshAt =
    token.lifetimeMs - safetyWindowMs(token.lifetimeMs, safetyMs);
  return ageMs >= mustRefreshAt ? 'must-refresh' : 'refresh-soon';
}

/** Draws the age at which a token is to be replaced; `draw` is uniform in [0, 1). */
export function drawRefreshAfterMs(
  lifetimeMs: number,
  draw: number,
  { earliest, latest }: RefreshSettings,
): number {
  const isShort = lifetimeMs < SHORT_LIFETIME_MS;
  const from = isShort ? Math.min(earliest, 0.5) : earliest;
  const to = isShort ? Math.min(latest, 0.6) : latest;
  return lifetimeMs * (from + draw * (to - from));
}

/** A problem unless a minimum validity is a number of milliseconds from 0 up. */
export function minimumProblems(minValidityMs: unknown): string[] {
  if (typeof minValidityMs === 'number' && minValidityMs >= 0) return [];
  const given =
    typeof minValidityMs === 'number' ? minValidityMs : typeof minValidityMs;
  return [
    `minValidityMs must be a number of milliseconds from 0 up, not ${given}.`,
  ];
}

/** @throws {InvalidOptionsError} when a caller asks for a minimum validity that is no number from 0 up. */
export function assertMinimum(minValidityMs: number): void {
  const problems = minimumProblems(minValidityMs);
  if (problems.length > 0)
    throw new InvalidOptionsError('No token can be asked for', problems);
}

/** The minimum validity a caller gets, in milliseconds: what it asks for, but at most half a lifetime. */
export function effectiveMinimumMs(
  askedMs: number,
  token: AccessToken,
): number {
  return Math.min(askedMs, token.lifetimeMs / 2);
}

function safetyWindowMs(lifetimeMs: number, safetyMs: number): number {
  return Math.min(safetyMs, lifetimeMs / 10);
}
