import type { AsposeTokenEvent } from '../token/token-event.js';
import type { TokenHold } from '../token/token-hold.js';

/** What kind of decision an event tells of: how the page marks it. */
export type DecisionKind =
  'token' | 'failure' | 'unauthorized' | 'hold' | 'trouble' | 'note';

/** An event as an operator reads it. */
export interface PlainWords {
  readonly kind: DecisionKind;
  readonly words: string;
}

/** Says in plain words what happened, and what was decided. */
export function inPlainWords(event: AsposeTokenEvent): PlainWords {
  switch (event.type) {
    case 'fetched':
      return {
        kind: 'token',
        words: `Fetched token ${event.token}${howFetched(event)}. It is valid for ${duration(event.lifetimeMs)}.`,
      };
    case 'refreshed':
      return {
        kind: 'token',
        words: `Replaced the token by ${event.token}${howFetched(event)}, ${duration(event.replacedWithMs)} before its end. The new one is valid for ${duration(event.lifetimeMs)}.`,
      };
    case 'attempt-failed':
      return {
        kind: 'failure',
        words: `Attempt ${event.attempt} failed${withStatus(event.status)}. The next follows in ${duration(event.nextInMs)}.`,
      };
    case 'refresh-failed':
      return {
        kind: 'failure',
        words: `${event.message}${thenWhat(event.runwayMs, event.retryAfterMs)}`,
      };
    case 'refresh-deferred':
      return {
        kind: 'note',
        words:
          'The token endpoint still hands out the current token, in its last second. Another is asked for when it has ended.',
      };
    case 'unauthorized':
      return {
        kind: 'unauthorized',
        words: `${apiAt(event.origin)} answered 401 to token ${event.token}: ${VERDICTS[event.verdict]}, since ${event.why}.`,
      };
    case 'renewal-held':
      return {
        kind: 'hold',
        words: `${apiAt(event.origin)} also answers 401 to renewed tokens. Its 401s are passed on for ${duration(event.holdMs)}.`,
      };
    case 'renewal-impossible':
      return {
        kind: 'unauthorized',
        words: `${apiAt(event.origin)} answered 401 to token ${event.token}, which is static: nothing can renew it.`,
      };
    case 'lifetime-assumed':
      return {
        kind: 'note',
        words: `The token endpoint does not say how long tokens live. ${event.from === 'jwt' ? 'Going by the token itself' : 'Assuming'}: ${duration(event.lifetimeMs)}.`,
      };
    case 'minimum-cut':
      return {
        kind: 'note',
        words: `A caller asked for a token that is valid for ${duration(event.askedMs)}. It gets half a lifetime at most: ${duration(event.effectiveMs)}.`,
      };
    case 'credentials-changed':
      return {
        kind: 'note',
        words: event.clientIdChanged
          ? 'Using new credentials, of another client id. The old token was dropped.'
          : 'Using a new secret. The token stays.',
      };
    case 'credentials-kept':
      return {
        kind: 'trouble',
        words: `${event.message} The current credentials are tried again.`,
      };
    case 'store-passed-over':
      return {
        kind: 'trouble',
        words: `The store ${event.store} is passed over, since ${event.message}. This process works alone until it answers.`,
      };
    case 'store-recovered':
      return { kind: 'note', words: `The store ${event.store} answers again.` };
    case 'store-unreadable':
      return {
        kind: 'trouble',
        words: `The ${event.part} in the store cannot be decrypted, and counts as absent.`,
      };
    case 'hold-learnt':
      return {
        kind: 'hold',
        words: `Another process found out that ${WHY_HELD[event.reason]}. No token is requested for ${duration(event.remainingMs)}.`,
      };
    default:
      return { kind: 'note', words: ENGINE_STATES[event.type] };
  }
}

const ENGINE_STATES = {
  reset: 'Reset: failures and holds are forgotten.',
  closed: 'Shut down: no token is fetched any more.',
} as const;

/** Why no token is asked for, as the rest of a sentence. */
export const WHY_HELD: Readonly<Record<TokenHold['reason'], string>> = {
  refused: 'the credentials were refused',
  throttled: 'the token endpoint limits the rate of requests',
  ending: 'the token endpoint hands out a token in its last second',
  'back-off': 'the last token request failed',
  budget: 'too many token requests were made',
  elsewhere: 'another process is fetching a token',
  closed: 'the app has shut down',
};

const VERDICTS = {
  renew: 'fetching another',
  'use-current': 'sending the current one',
  'use-next': 'waiting for the one that is being fetched',
  'pass-through': 'passing the 401 on',
} as const;

/** A time span in one or two units. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function howFetched({
  attempts,
  durationMs,
}: {
  readonly attempts: number;
  readonly durationMs: number;
}): string {
  if (attempts === 0) return ' that another process had fetched';
  const requests = attempts === 1 ? '1 request' : `${attempts} requests`;
  return ` with ${requests} in ${duration(durationMs)}`;
}

function withStatus(status: number | undefined): string {
  return status === undefined ? '' : `, answered ${status}`;
}

function thenWhat(runwayMs: number, retryAfterMs: number | undefined): string {
  const meanwhile =
    runwayMs > 0
      ? ` The current token serves for another ${duration(runwayMs)}.`
      : '';
  return retryAfterMs === undefined
    ? meanwhile
    : `${meanwhile} The next request follows after ${duration(retryAfterMs)} at the earliest.`;
}

function apiAt(origin: string): string {
  return origin === '' ? 'An API' : origin;
}
