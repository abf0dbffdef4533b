import type { TokenResponse } from '../../lib/client-credentials/token-transport.js';
import type { Answer } from './token-tower.js';

/** A token request that is answered when the test says so, however it is called off. */
export interface HeldAnswer {
  readonly answer: Answer;
  /** What calls the request off; undefined before it was made. */
  readonly signal: AbortSignal | undefined;
  reply(response: TokenResponse): void;
}

/** Holds one token request back. */
export function heldAnswer(): HeldAnswer {
  let signal: AbortSignal | undefined;
  let reply: (response: TokenResponse) => void = () => {};
  const response = new Promise<TokenResponse>((resolve) => {
    reply = resolve;
  });
  return {
    answer: (_request, calledOff) => {
      signal = calledOff;
      return response;
    },
    get signal() {
      return signal;
    },
    reply: (given) => reply(given),
  };
}
