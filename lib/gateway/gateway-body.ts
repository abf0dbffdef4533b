import type { ClientRequest, IncomingMessage } from 'node:http';

import { GatewayErrorCode, GatewayException } from './gateway-exception.js';
import type { HiddenRequest } from './hidden-requests.js';

/** The body of a request on its way through. */
export interface GatewayBody {
  /** Whether it can be sent a second time. */
  readonly isReplayable: boolean;
  /** How it is delimited on the way to Aspose: by its length or in chunks, and never by both. */
  readonly headers: Readonly<Record<string, string>>;
  sendTo(upstream: ClientRequest): void;
}

/** What a gateway permits. */
interface Limits {
  readonly maxBodyBytes: number;
  readonly idleTimeoutMs: number;
}

/** Up to which size a body is kept, so that it can be sent again with another token. */
const KEPT_BYTES = 64 * 1024;

/**
 * Takes the body of a request: whole if it is small, else as a stream.
 *
 * @throws {GatewayException} when it is too long or encoded in a way that cannot be passed on and, for a small one, when it does
 *   not arrive.
 */
export async function gatewayBody(
  request: IncomingMessage,
  { contentLength, transferEncoding }: HiddenRequest,
  limits: Limits,
): Promise<GatewayBody> {
  if (request.readableDidRead)
    throw new GatewayException(
      GatewayErrorCode.BODY,
      500,
      'The body was read before the gateway got it, by something in front of this app.',
    );
  if (transferEncoding !== undefined) {
    if (transferEncoding.toLowerCase() !== 'chunked')
      throw new GatewayException(
        GatewayErrorCode.BODY,
        400,
        'A body can be sent with a length or in chunks, and encoded in no other way.',
      );
    return chunkedBody(request, limits);
  }
  if (contentLength === undefined)
    return hasUnannouncedBody(request) ? chunkedBody(request, limits) : NO_BODY;
  const bytes = Number(contentLength);
  if (bytes > limits.maxBodyBytes) throw tooLarge(limits);
  return bytes <= KEPT_BYTES
    ? keptBody(await readWhole(request, limits))
    : streamedBody(request, { 'content-length': contentLength });
}

const NO_BODY: GatewayBody = {
  isReplayable: true,
  headers: {},
  sendTo: (upstream) => upstream.end(),
};

/** HTTP/2 needs no header to announce one. */
function hasUnannouncedBody(request: IncomingMessage): boolean {
  const { stream } = request as {
    stream?: { readonly endAfterHeaders?: boolean };
  };
  return request.httpVersionMajor >= 2 && stream?.endAfterHeaders === false;
}

function keptBody(whole: Buffer): GatewayBody {
  return {
    isReplayable: true,
    headers: { 'content-length': String(whole.length) },
    sendTo: (upstream) => upstream.end(whole),
  };
}

function streamedBody(
  request: IncomingMessage,
  headers: GatewayBody['headers'],
): GatewayBody {
  return {
    isReplayable: false,
    headers,
    sendTo(upstream) {
      request.once('close', () => {
        if (!request.complete) upstream.destroy();
      });
      request.pipe(upstream);
    },
  };
}

function chunkedBody(request: IncomingMessage, limits: Limits): GatewayBody {
  const streamed = streamedBody(request, { 'transfer-encoding': 'chunked' });
  return {
    ...streamed,
    sendTo(upstream) {
      let bytes = 0;
      const count = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= limits.maxBodyBytes) return;
        request.off('data', count);
        upstream.destroy(tooLarge(limits));
      };
      request.on('data', count);
      streamed.sendTo(upstream);
    },
  };
}

function readWhole(
  request: IncomingMessage,
  { idleTimeoutMs }: Limits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => reject(slowCaller()), idleTimeoutMs);
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', () => {})
      .once('close', () => {
        clearTimeout(timer);
        if (request.complete) resolve(Buffer.concat(chunks));
        else reject(brokenOff());
      });
  });
}

/** The answer to a caller that stops sending. */
export function slowCaller(): GatewayException {
  return new GatewayException(
    GatewayErrorCode.SLOW,
    408,
    'The body did not arrive in time.',
  );
}

function brokenOff(): GatewayException {
  return new GatewayException(
    GatewayErrorCode.BODY,
    400,
    'The body broke off.',
  );
}

function tooLarge({ maxBodyBytes }: Limits): GatewayException {
  return new GatewayException(
    GatewayErrorCode.TOO_LARGE,
    413,
    `A body may have ${maxBodyBytes} bytes at most.`,
  );
}
