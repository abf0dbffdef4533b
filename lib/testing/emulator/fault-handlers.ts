import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';

import type { RouteHandler } from './api-routes.js';
import { invalidToken } from './bearer-check.js';
import {
  answering,
  type EmulatorAnswer,
  jsonAnswer,
} from './emulator-answer.js';
import type { AnswerFault, EmulatorFault } from './emulator-faults.js';
import { refusalAnswer } from './token-route.js';

/** The handler that replaces the genuine one, or `undefined` when the fault leaves the answer as it is. */
export function faultHandler(fault: EmulatorFault): RouteHandler | undefined {
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
    case 'unauthorized': {
      const { wwwAuthenticate = invalidToken('The signature is invalid') } =
        fault;
      return answer(401, { 'WWW-Authenticate': wwwAuthenticate }, fault.body);
    }
    case 'throttle':
      return answer(fault.status ?? 429, { 'Retry-After': fault.retryAfter });
    case 'html':
      return loadBalancerPage(fault.status ?? 502);
    case 'empty':
      return answer(fault.status ?? 200);
    case 'redirect':
      return answer(fault.status ?? 307, { Location: fault.location });
    default: {
      const { status = 200, body, headers } = fault;
      const type = fault.kind === 'status' && fault.contentType;
      const contentType = type && { 'Content-Type': type };
      return answer(status, { ...contentType, ...headers }, body);
    }
  }
}

function answer(
  status: number,
  headers: OutgoingHttpHeaders = {},
  body?: unknown,
): EmulatorAnswer {
  if (body === undefined) return { status, headers };
  const json = jsonAnswer(status, body, headers);
  return typeof body === 'string' ? { ...json, body } : json;
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
