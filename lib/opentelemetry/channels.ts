import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What is called with each message. What is in a message is for the channel to say. */
interface Listeners {
  readonly [channel: string]: { call(message: unknown): void }['call'];
}

/**
 * Listens to diagnostics channels.
 *
 * @param listeners - by the name of the channel.
 * @returns how to end that.
 */
export function listenTo(listeners: Listeners): () => void {
  const all = Object.entries(listeners);
  for (const [channel, listener] of all) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of all) unsubscribe(channel, listener);
  };
}

/**
 * Channels are of the process: what listens to them does so once, however many apps want it to, until the last one does not.
 *
 * @param listen - begins to listen, and returns how to end that.
 * @returns what an app calls to begin; it returns what the app calls to end.
 */
export function sharedByApps(listen: () => () => void): () => () => void {
  let apps = 0;
  let end = () => {};
  return () => {
    apps += 1;
    if (apps === 1) end = listen();
    return () => {
      apps -= 1;
      if (apps === 0) end();
    };
  };
}
