import { tokenErrorResponse } from '../inbound/token-error-response.js';
import { codeOf } from './gateway-call.js';
import type { AsposeGatewayEvent } from './gateway-event.js';
import { GatewayErrorCode, GatewayException } from './gateway-exception.js';

/** What a gateway tells of a call that it did not pass on. */
export type Outcome = Pick<
  AsposeGatewayEvent,
  'type' | 'code' | 'status' | 'method' | 'path' | 'reason'
>;

const MAX_PATH = 200;

/** What goes wrong on the way to Aspose or back. All else, the gateway refuses. */
const FAILURES = new Set<GatewayErrorCode>([
  GatewayErrorCode.NO_TOKEN,
  GatewayErrorCode.UNAUTHORIZED,
  GatewayErrorCode.UNREACHABLE,
  GatewayErrorCode.TIMEOUT,
  GatewayErrorCode.BROKEN_OFF,
]);

/** What is told of a call. Of its target the path, without the query. */
export function outcomeOf(
  code: GatewayErrorCode,
  status: number | undefined,
  { method, target }: { readonly method: string; readonly target: string },
  error: unknown,
): Outcome {
  const path = target.replace(/\?.*/s, '').slice(0, MAX_PATH);
  const type = FAILURES.has(code) ? 'failed' : 'refused';
  const cause = error instanceof GatewayException ? error.cause : error;
  const reason = type === 'failed' ? codeOf(cause) : undefined;
  return { type, code, status, method, path, reason };
}

/** What a caller is answered; undefined for a failure of the app's own. */
export function exceptionFor(error: unknown): GatewayException | undefined {
  if (error instanceof GatewayException) return error;
  const answer = tokenErrorResponse(error);
  if (answer === undefined) return undefined;
  const { status, headers, body } = answer;
  return new GatewayException(GatewayErrorCode.NO_TOKEN, status, body.message, {
    headers,
    cause: error,
  });
}
