import { channel } from 'node:diagnostics_channel';

import type { AsposeTokenEvent } from './token-event.js';

/**
 * The diagnostics channel that has the events of all clients: each message is an {@link AsposeTokenEvent}.
 *
 * A subscriber that throws disturbs no token, but Node reports it as an uncaught exception: catch what may fail.
 *
 * @example
 * ```ts
 * subscribe(ASPOSE_EVENT_CHANNEL, (message) => {
 *   const event = message as AsposeTokenEvent;
 *   if (event.type === 'refresh-failed') pager.notify(event.client, event.message);
 * });
 * ```
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const ASPOSE_EVENT_CHANNEL = 'nestjs-aspose-auth:event';

// Node forgets a channel that nobody holds.
const events = channel(ASPOSE_EVENT_CHANNEL);

/** Publishes an event, if anybody has subscribed. */
export function publishEvent(event: AsposeTokenEvent): void {
  events.publish(event);
}
