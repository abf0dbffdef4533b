import type { AsposeTokenService } from '../clients/aspose-token.service.js';
import { metrics } from './opentelemetry-api.js';
import { CLIENT, SCOPE } from './telemetry-names.js';

/**
 * Counts the 401s of APIs. Those of an origin that tokens are not sent to are told by callers, who may say anything: they have no
 * address.
 *
 * @param clients - by name.
 * @returns how to end that.
 */
export function countUnauthorized(
  clients: ReadonlyMap<string, Partial<AsposeTokenService>>,
): () => void {
  /** By `server.address`, where the origin is one of `allowedOrigins`. */
  const unauthorized = metrics
    .getMeter(SCOPE)
    .createCounter('aspose_auth.token.unauthorized', {
      unit: '{response}',
      description: 'Answers of APIs that were 401 although a token came along',
    });
  const subscriptions = [...clients].map(([client, tokens]) =>
    tokens.events$?.subscribe((event) => {
      if (event.type !== 'unauthorized') return;
      const isKnown = tokens.allowedOrigins?.includes(event.origin);
      unauthorized.add(1, {
        [CLIENT]: client,
        ...(isKnown && { 'server.address': new URL(event.origin).hostname }),
      });
    }),
  );
  return () => {
    for (const subscription of subscriptions) subscription?.unsubscribe();
  };
}
