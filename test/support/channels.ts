import {
  subscribe,
  tracingChannel,
  unsubscribe,
} from 'node:diagnostics_channel';

import { onTestFinished } from 'vitest';

import {
  ASPOSE_EVENT_CHANNEL,
  ASPOSE_FETCH_CHANNEL,
  type AsposeTokenEvent,
  type AsposeTokenFetch,
} from '../../lib/index.js';

/** Collects the events that are published, until the test ends. */
export function publishedEvents(): AsposeTokenEvent[] {
  const events: AsposeTokenEvent[] = [];
  const note = (message: unknown) =>
    void events.push(message as AsposeTokenEvent);
  subscribe(ASPOSE_EVENT_CHANNEL, note);
  onTestFinished(() => void unsubscribe(ASPOSE_EVENT_CHANNEL, note));
  return events;
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
