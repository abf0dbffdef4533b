import type {
  Attributes,
  Histogram,
  Link,
  Span,
  SpanContext,
} from '@opentelemetry/api';

import {
  ASPOSE_FETCH_CHANNEL,
  type AsposeTokenFetch,
} from '../credential/fetch-channel.js';
import {
  ASPOSE_WAIT_CHANNEL,
  type AsposeTokenWait,
} from '../token/wait-channel.js';
import { listenTo } from './channels.js';
import {
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
} from './opentelemetry-api.js';
import { CLIENT, OUTCOME, SCOPE } from './telemetry-names.js';

/** What is going on for a token request. */
interface FetchSpan {
  readonly span: Span;
  /** The callers that it is linked to. */
  readonly linked: Set<SpanContext>;
}

/**
 * Measures and traces the token requests of all clients in the process.
 *
 * @returns how to end that.
 */
export function observeFetches(): () => void {
  const spans = new WeakMap<AsposeTokenFetch, FetchSpan>();
  const callers = new WeakMap<AsposeTokenWait, SpanContext>();
  /** Made with the first token request: the SDK may be started while the app boots. */
  let durations: Histogram | undefined;

  /** Links to those who wait, each once: a caller may wait for many tokens at once. */
  const linksTo = (
    waits: readonly AsposeTokenWait[],
    linked: Set<SpanContext>,
  ): Link[] =>
    waits.flatMap((wait) => {
      const context = callers.get(wait);
      if (context === undefined || linked.has(context)) return [];
      linked.add(context);
      return { context };
    });

  return listenTo({
    [ASPOSE_WAIT_CHANNEL](wait: AsposeTokenWait) {
      const caller = trace.getActiveSpan();
      if (caller !== undefined) callers.set(wait, caller.spanContext());
    },

    [`tracing:${ASPOSE_FETCH_CHANNEL}:start`](fetch: AsposeTokenFetch) {
      const linked = new Set<SpanContext>();
      const span = trace.getTracer(SCOPE).startSpan('aspose_auth.token.fetch', {
        kind: SpanKind.INTERNAL,
        root: true,
        attributes: { [CLIENT]: fetch.client },
        links: linksTo(fetch.waits, linked),
      });
      spans.set(fetch, { span, linked });
    },

    [`tracing:${ASPOSE_FETCH_CHANNEL}:asyncEnd`](fetch: AsposeTokenFetch) {
      const attributes = attributesOf(fetch);
      durations ??= histogram();
      durations.record((fetch.durationMs ?? 0) / 1_000, {
        [CLIENT]: fetch.client,
        ...attributes,
      });

      const started = spans.get(fetch);
      if (started === undefined) return;
      const { span, linked } = started;
      addLinks(span, linksTo(fetch.waits, linked));
      span.setAttributes(attributes);
      if (fetch.status !== undefined)
        span.setAttribute('http.response.status_code', fetch.status);
      if (fetch.outcome !== 'accepted' && fetch.outcome !== 'closed')
        span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  });
}

/** Before 1.9 of the API, a span is linked to those only who wait when it starts. */
function addLinks(span: Span | Omit<Span, 'addLinks'>, links: Link[]): void {
  if ('addLinks' in span) span.addLinks(links);
}

/**
 * By `aspose_auth.outcome`: `accepted`; `refused`, `throttled`, `ending` or `transient`, as a failure was; or `closed`, where the
 * app shut down meanwhile; and, unless it was accepted, by `error.type`, the code of the failure.
 */
function histogram(): Histogram {
  return metrics
    .getMeter(SCOPE)
    .createHistogram('aspose_auth.token.request.duration', {
      unit: 's',
      description: 'How long token requests took, by what came of them',
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
