import { type ArgumentsHost, HttpException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';

import { tokenErrorResponse } from './token-error-response.js';

/**
 * Turns a failure to get a token into an HTTP exception, and sets the headers that go with it.
 *
 * @returns undefined for any other error and outside HTTP: those are to be passed on as they are.
 */
export function tokenHttpException(
  error: unknown,
  host: ArgumentsHost,
  { httpAdapter }: HttpAdapterHost,
): HttpException | undefined {
  const answer = tokenErrorResponse(error);
  if (answer === undefined || host.getType() !== 'http') return undefined;
  const response: unknown = host.switchToHttp().getResponse();
  if (!httpAdapter.isHeadersSent(response))
    for (const [name, value] of Object.entries(answer.headers))
      httpAdapter.setHeader(response, name, value);
  return new HttpException(answer.body, answer.status, { cause: error });
}
