import {
  subscribe,
  tracingChannel,
  unsubscribe,
} from 'node:diagnostics_channel';

import { onTestFinished } from 'vitest';

import {
  ASPOSE_EVENT_CHANNEL,
  ASPOSE_FETCH_CHANNEL,
  ASPOSE_STORE_CHANNEL,
  ASPOSE_WAIT_CHANNEL,
  type AsposeStoreOperation,
  type AsposeTokenEvent,
  type AsposeTokenFetch,
  type AsposeTokenWait,
} from '../../lib/index.js';

/** Collects the events that are published, until the test ends. */
export const publishedEvents = () =>
  publishedOn<AsposeTokenEvent>(ASPOSE_EVENT_CHANNEL);

/** Collects what stores did, as it is published, until the test ends. */
export const publishedOperations = () =>
  publishedOn<AsposeStoreOperation>(ASPOSE_STORE_CHANNEL);

/** Hears of each caller who waits, in the caller's own context, until the test ends. */
export function onWait(hear: (wait: AsposeTokenWait) => void): void {
  const listener = (message: unknown) => hear(message as AsposeTokenWait);
  subscribe(ASPOSE_WAIT_CHANNEL, listener);
  onTestFinished(() => void unsubscribe(ASPOSE_WAIT_CHANNEL, listener));
}

function publishedOn<Message>(channel: string): Message[] {
  const messages: Message[] = [];
  const note = (message: unknown) => void messages.push(message as Message);
  subscribe(channel, note);
  onTestFinished(() => void unsubscribe(channel, note));
  return messages;
}

/** A step of a token request that was published, and what was known of the request then. */
export interface PublishedStep extends AsposeTokenFetch {
  readonly step: 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error';
}

/** Collects the steps of token requests that are published, until the test ends; and the messages themselves. */
export function publishedFetches() {
  const steps: PublishedStep[] = [];
  const messages: object[] = [];
  const noteAt = (step: PublishedStep['step']) => (message: object) => {
    messages.push(message);
    steps.push({ step, ...(message as AsposeTokenFetch) });
  };
  const subscriber = {
    start: noteAt('start'),
    end: noteAt('end'),
    asyncStart: noteAt('asyncStart'),
    asyncEnd: noteAt('asyncEnd'),
    error: noteAt('error'),
  };
  const channel = tracingChannel(ASPOSE_FETCH_CHANNEL);
  channel.subscribe(subscriber);
  onTestFinished(() => channel.unsubscribe(subscriber));
  return { steps, messages };
}
