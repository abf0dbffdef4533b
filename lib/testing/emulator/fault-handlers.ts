import { type ServerResponse, STATUS_CODES } from 'node:http';

import {
  answering,
  type EmulatorAnswer,
  type RouteHandler,
} from './api-routes.js';
import type { EmulatorFault } from './emulator-faults.js';
import { invalidToken } from './issued-tokens.js';
import { tokenEndpointAnswer } from './token-route.js';

/** The handler that replaces the genuine one, or `undefined` when the fault leaves the answer as it is. */
export function faultHandler(fault: EmulatorFault): RouteHandler | undefined {
  switch (fault.kind) {
    case 'refuse':
      return answering(tokenEndpointAnswer({ error: 'invalid_client' }));
    case 'unauthorized': {
      const challenge = invalidToken('The signature is invalid');
      const headers = { 'WWW-Authenticate': challenge };
      return answering({ status: 401, headers, body: fault.body });
    }
    case 'throttle': {
      const { status = 429, retryAfter } = fault;
      return answering({ status, headers: { 'Retry-After': retryAfter } });
    }
    case 'html':
      return answering(loadBalancerPage(fault.status ?? 502));
    case 'redirect': {
      const { status = 307, location } = fault;
      return answering({ status, headers: { Location: location } });
    }
    case 'answer':
      return answering({ status: 200, ...fault });
    case 'hang':
      return (request) => void request.resume();
    case 'reset':
      return (request) => void request.socket.resetAndDestroy();
    default:
      return undefined;
  }
}

function loadBalancerPage(status: number): EmulatorAnswer {
  const title = `${status} ${STATUS_CODES[status]}`;
  return {
    status,
    headers: { Server: 'awselb/2.0', 'Content-Type': 'text/html' },
    body:
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
      `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

/** Makes a response deliver its genuine answer badly; resolves when the answer may be written. */
export async function spoilDelivery(
  fault: EmulatorFault | undefined,
  response: ServerResponse,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  switch (fault?.kind) {
    case 'slow-headers':
      return pause(fault.delayMs);
    case 'slow-body':
      return withholdBody(response, async (firstHalf, secondHalf) => {
        response.write(firstHalf);
        await pause(fault.delayMs);
        response.end(secondHalf);
      });
    case 'truncated':
      return withholdBody(response, (firstHalf) => {
        if (!response.headersSent) response.removeHeader('Content-Length');
        response.write(firstHalf, () => {
          // Without chunks a length was promised and cannot be kept: all that is left is to break off.
          if (response.chunkedEncoding) response.end();
          else response.destroy();
        });
      });
  }
}

/**
 * Withholds what is written to the response, and hands it over in two halves when it ends.
 *
 * Changes the response itself, because routes write to it directly.
 */
function withholdBody(
  response: ServerResponse,
  release: (firstHalf: Buffer, secondHalf: Buffer) => unknown,
): void {
  const withheld: Buffer[] = [];
  const withhold = (...args: unknown[]): true => {
    const [chunk, encoding] = args.filter((arg) => typeof arg !== 'function');
    withheld.push(
      Buffer.from((chunk ?? '') as string, encoding as BufferEncoding),
    );
    // A route may wait for its callback before it goes on.
    const written = args.find((arg) => typeof arg === 'function');
    if (written) queueMicrotask(() => written());
    return true;
  };
  response.write = withhold;
  response.end = (...args: unknown[]) => {
    withhold(...args);
    Reflect.deleteProperty(response, 'write');
    Reflect.deleteProperty(response, 'end');
    const body = Buffer.concat(withheld);
    const middle = Math.ceil(body.length / 2);
    release(body.subarray(0, middle), body.subarray(middle));
    return response;
  };
}
