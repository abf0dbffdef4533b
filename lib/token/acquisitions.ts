import type { ExplainedAcquisitions } from './token-explanation.js';

/** How many tokens a client has handed out, by where they came from. Plain numbers: counting must cost the hot path nothing. */
export type Acquisitions = {
  -readonly [Source in keyof ExplainedAcquisitions]: number;
};

/** None so far. */
export function noAcquisitions(): Acquisitions {
  return { memory: 0, store: 0, endpoint: 0 };
}
