import { describe, expect, it } from 'vitest';

import { DEFAULT_HEALTH } from '../../../lib/terminus/aspose-health-options.interface.js';
import { healthOf } from '../../../lib/terminus/token-health.js';
import type {
  ExplainedFailure,
  ExplainedToken,
  TokenExplanation,
} from '../../../lib/token/token-explanation.js';
import type { ExplainedHold } from '../../../lib/token/token-hold.js';

const token = (runwayMs: number): ExplainedToken => ({
  fingerprint: '1a2b3c4d',
  state: runwayMs > 0 ? 'fresh' : 'expired',
  ageMs: 1,
  lifetimeMs: 3_600_000,
  refreshInMs: 1,
  runwayMs,
});

const hold = (
  reason: ExplainedHold['reason'],
  remainingMs = 60_000,
): ExplainedHold => ({ reason, remainingMs, cause: undefined });

const failure: ExplainedFailure = {
  code: 'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
  status: undefined,
  flights: 1,
  forMs: 1,
};

const refusal: ExplainedFailure = {
  ...failure,
  code: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
};

const client = (explanation: Partial<TokenExplanation>): TokenExplanation => ({
  mode: 'client-credentials',
  isRefreshing: false,
  ...explanation,
});

describe('By default a client', () => {
  it.each<[string, 'up' | 'degraded' | 'down', Partial<TokenExplanation>]>([
    ['that was never asked', 'up', {}],
    ['that is fetching its first token', 'up', { isRefreshing: true }],
    ['with a valid token', 'up', { token: token(1) }],
    ['whose token expired while nobody asked', 'up', { token: token(0) }],
    [
      'whose runaway guard holds renewals back',
      'up',
      { token: token(1), hold: hold('budget') },
    ],
    [
      'whose token is in its last second',
      'up',
      { token: token(1), hold: hold('ending') },
    ],
    [
      'whose renewal another process makes',
      'up',
      { token: token(1), hold: hold('elsewhere') },
    ],
    [
      'whose renewals fail while a token is valid',
      'degraded',
      { token: token(1), failure, hold: hold('back-off') },
    ],
    [
      'whose last renewal failed, though nothing holds the next',
      'degraded',
      { token: token(1), failure },
    ],
    [
      'whose credentials are refused while a token is valid',
      'degraded',
      { token: token(1), failure: refusal, hold: hold('refused') },
    ],
    [
      'whose credentials were refused to another process',
      'degraded',
      { token: token(1), hold: hold('refused') },
    ],
    [
      'without a token, in an outage',
      'degraded',
      { failure, hold: hold('back-off') },
    ],
    ['without a token, and throttled', 'degraded', { hold: hold('throttled') }],
    [
      'without a token, whose credentials are refused',
      'down',
      { failure: refusal, hold: hold('refused') },
    ],
    [
      'with an expired token, whose credentials are refused',
      'down',
      { token: token(0), failure: refusal, hold: hold('refused') },
    ],
    [
      'whose credentials were refused, once the next call may try again',
      'degraded',
      { failure: refusal },
    ],
    ['that is closed, without a token', 'down', { hold: hold('closed') }],
  ])('%s is %s', (_, status, explanation) => {
    expect(healthOf(client(explanation), DEFAULT_HEALTH).status).toBe(status);
  });

  it.each<[string, TokenExplanation]>([
    ['with a static token', { mode: 'static' }],
    ['without authentication', { mode: 'disabled' }],
    ['of tenants, of which none is current', { mode: 'tenants', tenants: 2 }],
    ['that a test stands in for', { mode: 'custom' }],
  ])('%s is up', (_, explanation) => {
    expect(healthOf(explanation, DEFAULT_HEALTH)).toStrictEqual({
      status: 'up',
    });
  });
});

describe('Where it fails without a token, a client', () => {
  const settings = { ...DEFAULT_HEALTH, failWithoutToken: true };

  it.each<[string, 'up' | 'degraded' | 'down', Partial<TokenExplanation>]>([
    ['that was never asked', 'down', {}],
    ['that is fetching its first token', 'down', { isRefreshing: true }],
    ['with a valid token', 'up', { token: token(1) }],
    ['whose token expired while nobody asked', 'up', { token: token(0) }],
    ['in an outage', 'down', { failure, hold: hold('back-off') }],
    ['that may try again after an outage', 'degraded', { failure }],
    [
      'whose renewals fail while a token is valid',
      'degraded',
      { token: token(1), failure, hold: hold('back-off') },
    ],
  ])('%s is %s', (_, status, explanation) => {
    expect(healthOf(client(explanation), settings).status).toBe(status);
  });
});

describe('With a runway that is wanted, a client', () => {
  const settings = { failWithoutToken: true, runwayMs: 600_000 };

  it.each<[string, 'up' | 'degraded' | 'down', Partial<TokenExplanation>]>([
    ['whose renewals work, at its end', 'up', { token: token(600_000) }],
    [
      'whose renewals fail before it begins',
      'degraded',
      { token: token(600_001), failure, hold: hold('back-off') },
    ],
    [
      'whose renewals fail in it',
      'down',
      { token: token(600_000), failure, hold: hold('back-off') },
    ],
  ])('%s is %s', (_, status, explanation) => {
    expect(healthOf(client(explanation), settings).status).toBe(status);
  });
});

describe('The health of a client', () => {
  it('says for how long it can go on, and nothing else while all is well', () => {
    const explanation = client({ token: token(59_999) });

    expect(healthOf(explanation, DEFAULT_HEALTH)).toStrictEqual({
      status: 'up',
      runwaySeconds: 59,
    });
  });

  it('says why it is not up, and when a token is asked for again', () => {
    const explanation = client({
      token: token(1_000),
      failure,
      hold: hold('back-off', 1_001),
    });

    expect(healthOf(explanation, DEFAULT_HEALTH)).toStrictEqual({
      status: 'degraded',
      runwaySeconds: 1,
      holdSeconds: 2,
      reason: 'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
    });
  });

  it.each<[string, string, Partial<TokenExplanation>]>([
    [
      'what was said to another process',
      'ASPOSE_AUTH_CREDENTIALS_REFUSED',
      { hold: hold('refused') },
    ],
    [
      "an error of the app's own",
      'ASPOSE_AUTH_TOKEN_UNAVAILABLE',
      { failure: { ...failure, code: undefined } },
    ],
    [
      'a shutdown, which ends with no hold',
      'ASPOSE_AUTH_SHUT_DOWN',
      { hold: hold('closed', Infinity) },
    ],
  ])('names %s', (_, reason, explanation) => {
    const health = healthOf(client(explanation), DEFAULT_HEALTH);

    expect(health.reason).toBe(reason);
    expect(health.holdSeconds ?? 60).toBe(60);
  });
});
