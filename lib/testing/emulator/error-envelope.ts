import { randomUUID } from 'node:crypto';
import { type EmulatorAnswer, jsonAnswer } from './emulator-answer.js';
import type { ReceivedRequest } from './received-requests.js';

/** @internal The answer to a call that no route serves. */
export function notFound(request: ReceivedRequest): EmulatorAnswer {
  const message = `Nothing is served at ${request.method} ${request.path}.`;
  return errorEnvelope(404, 'errorItemNotFound', message);
}

/** @internal The answer to a call whose route has thrown. */
export function handlerFailed(error: unknown): EmulatorAnswer {
  return errorEnvelope(500, 'error', String(error));
}

/** An error answer in the envelope of the Aspose APIs. */
function errorEnvelope(
  status: number,
  code: string,
  message: string,
): EmulatorAnswer {
  return jsonAnswer(status, {
    RequestId: randomUUID(),
    Error: {
      Code: code,
      Message: message,
      Description: message,
      DateTime: new Date().toISOString(),
      InnerError: null,
    },
  });
}
