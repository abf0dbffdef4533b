import {
  type ClientRequest,
  type IncomingMessage,
  request as requestByHttp,
  type RequestOptions,
} from 'node:http';
import { request as requestByHttps } from 'node:https';

import { bearerHeader } from '../http/attach-policy.js';
import type { BearerRequest } from '../http/bearer-exchange.js';
import { isAboutToken } from '../http/token-arrival.js';
import { onAbort } from '../token/abortable.js';
import { type GatewayBody, slowCaller } from './gateway-body.js';
import { GatewayErrorCode, GatewayException } from './gateway-exception.js';

/** How long a token must be valid for a body that cannot be sent again, in milliseconds. */
const STREAM_VALIDITY_MS = 30_000;

/** Methods that may be sent again when nobody knows whether they arrived (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** An answer of more bytes is not read to its end only to keep its connection. */
const DRAINED_BYTES = 64 * 1024;

/** What a gateway asks Aspose in the place of its caller. */
export interface GatewayCallParts {
  readonly origin: string;
  /** Where and by what means it is sent, its method and path. */
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: GatewayBody;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
  /** Whether the caller has sent all that it will. */
  readonly isReceived: () => boolean;
}

/** Makes a call of a gateway's that carries a token. */
export function gatewayCall(
  parts: GatewayCallParts,
): BearerRequest<IncomingMessage> {
  const { origin, options, body, signal } = parts;
  const isRepeatable =
    body.isReplayable && IDEMPOTENT.has(String(options.method));
  return {
    origin,
    aspose: body.isReplayable ? {} : { minValidityMs: STREAM_VALIDITY_MS },
    body: { isReplayable: body.isReplayable, letGo() {} },
    signal,
    async send(token) {
      const authorization =
        token === undefined ? {} : { authorization: bearerHeader(token) };
      const headers = { ...parts.headers, ...body.headers, ...authorization };
      const first = sendOnce(parts, headers);
      try {
        return await first.answer;
      } catch (error) {
        // Aspose closed the kept connection while the request was on its way.
        const wasClosed =
          first.upstream.reusedSocket &&
          codeOf((error as GatewayException).cause) === 'ECONNRESET';
        if (!wasClosed || !isRepeatable || signal.aborted) throw error;
        return sendOnce(parts, headers).answer;
      }
    },
    isUnauthorized: ({ statusCode, headers }) =>
      statusCode === 401 && isAboutToken(headers['www-authenticate'], 'yes'),
    setAside: drain,
    discard: drain,
  };
}

/** Drops the body of an answer, and keeps its connection where that costs little. */
export function drain(answer: IncomingMessage): IncomingMessage {
  const isShort = Number(answer.headers['content-length']) <= DRAINED_BYTES;
  answer.on('error', () => {});
  return isShort ? answer.resume() : answer.destroy();
}

function sendOnce(
  { options, body, signal, isReceived }: GatewayCallParts,
  headers: Record<string, string>,
): { upstream: ClientRequest; answer: Promise<IncomingMessage> } {
  const send = options.protocol === 'https:' ? requestByHttps : requestByHttp;
  const upstream = send({ ...options, headers });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    const forget = onAbort(signal, () => upstream.destroy());
    upstream
      .once('response', (received) =>
        isFinal(received)
          ? resolve(received)
          : upstream.destroy(unreachable(`status ${received.statusCode}`)),
      )
      // It may come again, after the answer has begun.
      .on('error', (error) =>
        reject(error instanceof GatewayException ? error : unreachable(error)),
      )
      .once('timeout', () => {
        const isCallerSlow = !isReceived() && !upstream.writableNeedDrain;
        upstream.destroy(isCallerSlow ? slowCaller() : timedOut());
      })
      .once('close', forget);
  });
  body.sendTo(upstream);
  return { upstream, answer };
}

/** Whether an answer has a status that there is: Node would throw as it passed on another. */
function isFinal({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode <= 599;
}

function unreachable(cause: unknown): GatewayException {
  return new GatewayException(
    GatewayErrorCode.UNREACHABLE,
    502,
    'Aspose Cloud could not be reached, or gave no usable answer.',
    { cause },
  );
}

function timedOut(): GatewayException {
  return new GatewayException(
    GatewayErrorCode.TIMEOUT,
    504,
    'Aspose Cloud did not answer in time.',
  );
}

/** The code of an error of Node's. */
export function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
