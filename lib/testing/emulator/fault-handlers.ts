import { STATUS_CODES } from 'node:http';
import { invalidToken } from './bearer-check.js';
import {
  answering,
  type EmulatorAnswer,
  jsonAnswer,
} from './emulator-answer.js';
import type { AnswerFault, EmulatorFault } from './emulator-faults.js';
import type { RouteHandler } from './route-handler.js';
import { refusalAnswer } from './token-route.js';

/**
 * The handler that takes the place of the genuine one, or `undefined` when the fault
 * only concerns how the genuine answer is delivered.
 *
 * @internal
 */
export function faultHandler(
  fault: EmulatorFault | undefined,
): RouteHandler | undefined {
  if (fault === undefined) return undefined;
  switch (fault.kind) {
    case 'slow-headers':
    case 'slow-body':
    case 'truncated':
      return undefined;
    case 'hang':
      return (request) => void request.resume();
    case 'reset':
      return (request) => void request.socket.resetAndDestroy();
    default:
      return answering(faultAnswer(fault));
  }
}

function faultAnswer(fault: AnswerFault): EmulatorAnswer {
  switch (fault.kind) {
    case 'refuse':
      return refusalAnswer('invalid_client');
    case 'unauthorized':
      return rawAnswer(401, fault.body, {
        'WWW-Authenticate':
          fault.wwwAuthenticate ?? invalidToken('The signature is invalid'),
      });
    case 'throttle':
      return {
        status: fault.status ?? 429,
        headers: { 'Retry-After': fault.retryAfter },
      };
    case 'html':
      return loadBalancerPage(fault.status ?? 502);
    case 'empty':
      return { status: fault.status ?? 200 };
    case 'redirect':
      return {
        status: fault.status ?? 307,
        headers: { Location: fault.location },
      };
    case 'status':
      return rawAnswer(fault.status, fault.body, {
        ...(fault.contentType && { 'Content-Type': fault.contentType }),
        ...fault.headers,
      });
    default:
      return rawAnswer(fault.status ?? 200, fault.body, fault.headers);
  }
}

function rawAnswer(
  status: number,
  body: unknown,
  headers: EmulatorAnswer['headers'],
): EmulatorAnswer {
  if (body === undefined) return { status, ...(headers && { headers }) };
  return { ...jsonAnswer(status, body, headers), body: rawBody(body) };
}

function rawBody(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function loadBalancerPage(status: number): EmulatorAnswer {
  const title = `${status} ${STATUS_CODES[status]}`;
  return {
    status,
    headers: { Server: 'awselb/2.0', 'Content-Type': 'text/html' },
    body: [
      '<html>',
      `<head><title>${title}</title></head>`,
      '<body>',
      `<center><h1>${title}</h1></center>`,
      '</body>',
      '</html>',
      '',
    ].join('\r\n'),
  };
}
