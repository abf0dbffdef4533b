import { channel } from 'node:diagnostics_channel';

import type { WhoseEvents } from './token-event.js';

/**
 * The diagnostics channel of callers who have to wait for a token: each message is an {@link AsposeTokenWait}.
 *
 * A caller is told of when the wait begins, and in its own async context: what is current there is the caller's. The message
 * is among the `waits` of the token request that is waited for.
 *
 * A subscriber that throws disturbs no token, but Node reports it as an uncaught exception: catch what may fail.
 *
 * @example
 * ```ts
 * subscribe(ASPOSE_WAIT_CHANNEL, (message) => {
 *   const { client } = message as AsposeTokenWait;
 *   log.debug({ client, requestId: cls.getId() }, 'waits for a token');
 * });
 * ```
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const ASPOSE_WAIT_CHANNEL = 'nestjs-aspose-auth:wait';

/** A caller who waits for a token, as {@link ASPOSE_WAIT_CHANNEL} tells of it. */
export interface AsposeTokenWait extends WhoseEvents {}

// Node forgets a channel that nobody holds.
const waits = channel(ASPOSE_WAIT_CHANNEL);

/**
 * Publishes that a caller waits, if anybody has subscribed.
 *
 * @returns the message; undefined if nobody has.
 */
export function publishWait(whose: WhoseEvents): AsposeTokenWait | undefined {
  if (!waits.hasSubscribers) return undefined;
  const wait = { ...whose };
  waits.publish(wait);
  return wait;
}
