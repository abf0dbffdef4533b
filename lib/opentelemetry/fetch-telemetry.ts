import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import type { Attributes, Histogram, Span } from '@opentelemetry/api';

import {
  ASPOSE_FETCH_CHANNEL,
  type AsposeTokenFetch,
} from '../credential/fetch-channel.js';
import {
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
} from './opentelemetry-api.js';
import { CLIENT, OUTCOME, SCOPE } from './telemetry-names.js';

const STARTED = `tracing:${ASPOSE_FETCH_CHANNEL}:start`;
const ENDED = `tracing:${ASPOSE_FETCH_CHANNEL}:asyncEnd`;

/** How many apps of the process have telemetry. */
let apps = 0;

/** Made with the first token request, and once: early SDKs would export another series for each that is made. */
let durations: Histogram | undefined;

/**
 * Measures and traces the token requests of all clients in the process: each once, however many of its apps have telemetry.
 *
 * @returns how to end that.
 */
export function observeFetches(): () => void {
  apps += 1;
  if (apps === 1) {
    subscribe(STARTED, begin);
    subscribe(ENDED, end);
  }
  return () => {
    apps -= 1;
    if (apps > 0) return;
    durations = undefined;
    unsubscribe(STARTED, begin);
    unsubscribe(ENDED, end);
  };
}

const spans = new WeakMap<object, Span>();

function begin(message: unknown): void {
  const { client } = message as AsposeTokenFetch;
  const span = trace.getTracer(SCOPE).startSpan('aspose_auth.token.fetch', {
    kind: SpanKind.INTERNAL,
    root: true,
    attributes: { [CLIENT]: client },
  });
  spans.set(message as object, span);
}

function end(message: unknown): void {
  const fetch = message as AsposeTokenFetch;
  const attributes = attributesOf(fetch);
  durations ??= histogram();
  durations.record((fetch.durationMs ?? 0) / 1_000, {
    [CLIENT]: fetch.client,
    ...attributes,
  });

  const span = spans.get(fetch);
  if (span === undefined) return;
  span.setAttributes(attributes);
  if (fetch.status !== undefined)
    span.setAttribute('http.response.status_code', fetch.status);
  if (fetch.outcome !== 'accepted' && fetch.outcome !== 'closed')
    span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function histogram(): Histogram {
  return metrics
    .getMeter(SCOPE)
    .createHistogram('aspose_auth.token.request.duration', {
      unit: 's',
      description: 'How long token requests took',
      advice: {
        explicitBucketBoundaries: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      },
    });
}

function attributesOf({ outcome, code }: AsposeTokenFetch): Attributes {
  const attributes = { [OUTCOME]: outcome };
  return outcome === 'accepted'
    ? attributes
    : { ...attributes, 'error.type': code ?? '_OTHER' };
}
