import { setImmediate as turn } from 'node:timers/promises';

import type { TokenSource } from '../../../lib/index.js';
import { granted, tokenTower } from '../token-tower.js';
import type { RecordingApi } from './recording-api.js';

/** A moment between a call and its request, and how to get there. */
export interface Moment {
  /** Makes it so that a call made next has that moment. */
  readonly prepare: (api: RecordingApi) => Promise<PreparedMoment>;
}

/** A client's tokens, prepared. */
export interface PreparedMoment {
  readonly tokens: TokenSource;
  readonly aspose?: { readonly minValidityMs: number };
  /** Resolves at the moment, or when the call has ended before. */
  readonly reached: (call: Promise<unknown>) => Promise<unknown>;
  /** Lets the call go on. */
  readonly goOn: () => void;
}

/** An engine that waits at each token request after the given number of them. */
function gatedTower(freeRequests: number) {
  const tower = tokenTower();
  let arrive: () => void = () => {};
  let goOn: () => void = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const opened = new Promise<void>((resolve) => (goOn = resolve));
  tower.answer = async () => {
    const { length } = tower.requests;
    if (length > freeRequests) {
      arrive();
      await opened;
    }
    return granted(`token-${length}`);
  };
  const reached = async (call: Promise<unknown>) => {
    await Promise.race([arrived, call.catch(() => {})]);
    // What was handed over has time to do what it does by itself.
    for (let turns = 0; turns < 3; turns += 1) await turn();
  };
  return { ...tower, tokens: tower.tokens, reached, goOn };
}

/** Every moment at which what was handed over may change. */
export const MOMENTS = {
  'in the tick of the call': {
    async prepare() {
      const { tokens, goOn } = gatedTower(1);
      await tokens.getToken();
      return { tokens, goOn, reached: async () => {} };
    },
  },
  'while the first token is awaited': {
    async prepare() {
      const { tokens, reached, goOn } = gatedTower(0);
      return { tokens, reached, goOn };
    },
  },
  'while a token that lasts is awaited': {
    async prepare() {
      const { tokens, clock, reached, goOn } = gatedTower(1);
      await tokens.getToken();
      await clock.advance(40 * 60_000);
      const aspose = { minValidityMs: 25 * 60_000 };
      return { tokens, aspose, reached, goOn };
    },
  },
  'after a 401': {
    async prepare(api) {
      const { tokens, reached, goOn } = gatedTower(1);
      await tokens.getToken();
      api.unauthorized.add('Bearer token-1');
      return { tokens, reached, goOn };
    },
  },
} as const satisfies Record<string, Moment>;
