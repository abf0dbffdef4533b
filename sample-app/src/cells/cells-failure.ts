import type { Readable } from 'node:stream';
import {
  BadGatewayException,
  GatewayTimeoutException,
  NotImplementedException,
} from '@nestjs/common';
import { isAxiosError } from 'axios';

/**
 * What our caller may know of a failed call to Aspose: not its words, and never its 401,
 * which would read as a refusal of the caller. Token failures pass: the AppModule has a
 * filter for them.
 */
export function toHttpException(error: unknown): unknown {
  if (!isAxiosError<Readable | undefined>(error)) return error;
  // The unread body of a streamed answer would keep its connection.
  error.response?.data?.destroy?.();

  const status = error.response?.status;
  if (status === 501) {
    return new NotImplementedException(
      'The local cloud needs the package aspose.cells.node to convert workbooks.',
    );
  }
  if (status !== undefined) {
    return new BadGatewayException(`Aspose Cells answered with ${status}.`);
  }
  return error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT'
    ? new GatewayTimeoutException('Aspose Cells did not answer in time.')
    : new BadGatewayException('Aspose Cells could not be reached.');
}
