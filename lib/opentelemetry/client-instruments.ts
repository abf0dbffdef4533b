import type { BatchObservableResult, Meter } from '@opentelemetry/api';

import type { AsposeTokenService } from '../clients/aspose-token.service.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { explanationOf } from '../token/token-layer.js';
import { metrics } from './opentelemetry-api.js';
import { CLIENT, SCOPE } from './telemetry-names.js';

/** Why token requests may be held back while the app runs. */
const HOLDS: Readonly<Record<Exclude<TokenHold['reason'], 'closed'>, true>> = {
  refused: true,
  throttled: true,
  ending: true,
  'back-off': true,
  budget: true,
  elsewhere: true,
};

/** Where a token may come from. */
const SOURCES = ['memory', 'store', 'endpoint'] as const;

/**
 * Has clients observed at each export. Nothing is counted or measured in between.
 *
 * @param clients - by name.
 * @returns how to end that.
 */
export function observeClients(
  clients: ReadonlyMap<string, AsposeTokenService>,
): () => void {
  const meter = metrics.getMeter(SCOPE);
  const instruments = clientInstruments(meter);
  const all = Object.values(instruments);
  const callback = (result: BatchObservableResult) => {
    for (const [client, tokens] of clients)
      observe(result, instruments, client, explanationOf(tokens));
  };
  meter.addBatchObservableCallback(callback, all);
  return () => meter.removeBatchObservableCallback(callback, all);
}

function observe(
  result: BatchObservableResult,
  instruments: ReturnType<typeof clientInstruments>,
  client: string,
  explanation: TokenExplanation,
): void {
  const { mode, token, budgetLeft, acquisitions, tenants } = explanation;
  const name = { [CLIENT]: client };
  if (acquisitions !== undefined)
    for (const source of SOURCES)
      result.observe(instruments.acquisitions, acquisitions[source], {
        ...name,
        'aspose_auth.source': source,
      });
  if (mode === 'tenants')
    result.observe(instruments.tenants, tenants ?? 0, name);
  // Of a client with tenants, all else is about the current one.
  if (mode !== 'client-credentials') return;
  result.observe(instruments.remaining, (token?.runwayMs ?? 0) / 1_000, name);
  result.observe(instruments.budget, budgetLeft ?? 0, name);
  for (const reason of Object.keys(HOLDS)) {
    // A reader goes on with the last value: what is over must be said.
    const ms =
      explanation.hold?.reason === reason ? explanation.hold.remainingMs : 0;
    result.observe(instruments.hold, ms / 1_000, {
      ...name,
      'aspose_auth.hold.reason': reason,
    });
  }
}

function clientInstruments(meter: Meter) {
  return {
    remaining: meter.createObservableGauge('aspose_auth.token.remaining', {
      unit: 's',
      description:
        'For how long calls go on if the token endpoint is down from now on; 0 without a token',
    }),
    /**
     * By `aspose_auth.hold.reason`: `refused`, `throttled`, `ending`, `back-off`, `budget`, or `elsewhere`, where another process
     * is fetching a token.
     */
    hold: meter.createObservableGauge('aspose_auth.token.hold', {
      unit: 's',
      description:
        'For how much longer no token is asked for, and why; 0 where nothing holds requests back',
    }),
    budget: meter.createObservableGauge('aspose_auth.budget.remaining', {
      unit: '{request}',
      description: 'Token requests that the runaway guard permits right now',
    }),
    tenants: meter.createObservableGauge('aspose_auth.tenants.active', {
      unit: '{tenant}',
      description: 'Tenants that are in memory',
    }),
    /** By `aspose_auth.source`: `memory`, `store` or `endpoint`. */
    acquisitions: meter.createObservableCounter(
      'aspose_auth.token.acquisitions',
      {
        unit: '{acquisition}',
        description: 'Tokens that were handed out, by where they came from',
      },
    ),
  };
}
