import { type ArgumentsHost, HttpException, Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';

import {
  type AsposeCallFailure,
  asposeCallFailure,
} from '../http/failure/call-failure.js';
import { asposeErrorResponse } from './aspose-error-response.js';

/**
 * Turns what went wrong with Aspose into an HTTP exception, and sets the headers that go with it.
 *
 * @returns undefined for every other error and outside HTTP: the caller passes these on unchanged.
 */
export function asposeHttpException(
  error: unknown,
  host: ArgumentsHost,
  { httpAdapter }: HttpAdapterHost,
): HttpException | undefined {
  const answer = asposeErrorResponse(error);
  if (answer === undefined || host.getType() !== 'http') return undefined;
  const response: unknown = host.switchToHttp().getResponse();
  if (!httpAdapter.isHeadersSent(response))
    for (const [name, value] of Object.entries(answer.headers))
      httpAdapter.setHeader(response, name, value);
  return new HttpException(answer.body, answer.status, { cause: error });
}

const logger = new Logger('AsposeAuth');

/** Logs why a call to Aspose failed, in one line. A failure to get a token is in the log already. */
export function logCallFailure(error: unknown): void {
  const failure = asposeCallFailure(error);
  if (failure === undefined) return;
  const level = failure.kind === 'called-off' ? 'debug' : 'warn';
  try {
    logger[level](describe(failure));
  } catch {
    // Whatever the app's logger has: the caller gets an answer.
  }
}

function describe({
  call,
  code,
  kind,
  message,
  reason,
  requestId,
  status,
}: AsposeCallFailure): string {
  if (status === undefined) return `${call} ${VERBS[kind]}: ${reason}`;
  const said =
    [code, message].filter(Boolean).join(': ') || 'without a message';
  const id = requestId === undefined ? '' : ` (request ${requestId})`;
  return `${call} was answered with ${status}, ${said}${id}`;
}

const VERBS = {
  answered: 'was answered',
  'called-off': 'was called off',
  'timed-out': 'took too long',
  unreachable: 'gave no answer',
} as const;
