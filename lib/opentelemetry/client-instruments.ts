import type { BatchObservableResult } from '@opentelemetry/api';

import type { AsposeTokenService } from '../clients/aspose-token.service.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { completeSource } from '../token/token-layer.js';
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
  const sources = [...clients].map(
    ([name, tokens]) => [name, completeSource(tokens, [])] as const,
  );
  const meter = metrics.getMeter(SCOPE);
  const remaining = meter.createObservableGauge('aspose_auth.token.remaining', {
    unit: 's',
    description: 'How much longer the current token may be sent; 0 without one',
  });
  const hold = meter.createObservableGauge('aspose_auth.token.hold', {
    unit: 's',
    description: 'For how much longer no token request is made; 0 if it may be',
  });
  const budget = meter.createObservableGauge('aspose_auth.budget.remaining', {
    unit: '{request}',
    description: 'Token requests that the runaway guard permits right now',
  });
  const tenants = meter.createObservableGauge('aspose_auth.tenants.active', {
    unit: '{tenant}',
    description: 'Tenants that are in memory',
  });
  const acquisitions = meter.createObservableCounter(
    'aspose_auth.token.acquisitions',
    {
      unit: '{acquisition}',
      description: 'Tokens that were handed out, by where they came from',
    },
  );
  const instruments = [remaining, hold, budget, tenants, acquisitions];

  const observe = (
    result: BatchObservableResult,
    client: string,
    explanation: TokenExplanation,
  ) => {
    const { mode, token, budgetLeft } = explanation;
    const name = { [CLIENT]: client };
    if (explanation.acquisitions !== undefined)
      for (const source of SOURCES)
        result.observe(acquisitions, explanation.acquisitions[source], {
          ...name,
          'aspose_auth.source': source,
        });
    if (mode === 'tenants')
      result.observe(tenants, explanation.tenants ?? 0, name);
    // Of a client with tenants, all else is about the current one.
    if (mode !== 'client-credentials') return;
    result.observe(remaining, (token?.runwayMs ?? 0) / 1_000, name);
    result.observe(budget, budgetLeft ?? 0, name);
    for (const reason of Object.keys(HOLDS)) {
      // A reader goes on with the last value: what is over must be said.
      const ms =
        explanation.hold?.reason === reason ? explanation.hold.remainingMs : 0;
      result.observe(hold, ms / 1_000, {
        ...name,
        'aspose_auth.hold.reason': reason,
      });
    }
  };

  const callback = (result: BatchObservableResult) => {
    for (const [client, source] of sources)
      observe(result, client, source.explain());
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => meter.removeBatchObservableCallback(callback, instruments);
}
