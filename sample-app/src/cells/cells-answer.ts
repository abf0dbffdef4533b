import {
  BadGatewayException,
  GatewayTimeoutException,
  HttpException,
  Logger,
  NotImplementedException,
} from '@nestjs/common';
import { isAsposeAuthError } from 'nestjs-aspose-auth';

export const TIMEOUT_MS = 60_000;

const TIMEOUTS: readonly unknown[] = [
  'TimeoutError',
  'ECONNABORTED',
  'ETIMEDOUT',
];

/** An error of HttpService, `fetch` or the SDK. */
interface Failure {
  readonly message?: string;
  readonly name?: string;
  /** A word; from the SDK, the status of Aspose's answer. */
  readonly code?: unknown;
  /** Only from HttpService. */
  readonly response?: {
    readonly status: number;
    readonly data?: { destroy?(): void };
  };
}

const logger = new Logger('AsposeCells');

/**
 * Resolves to the answer to a call to Aspose, or rejects with what our caller may know of its failure.
 *
 * Our caller never gets Aspose's words, nor its 401, which would seem to be about the caller. Token failures pass: the
 * AppModule has a filter for them.
 */
export async function answerOf<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const failure = error as Failure;
    logger.warn(failure.message ?? failure.code);
    // An unread body of a streamed answer would keep its connection.
    failure.response?.data?.destroy?.();
    if (isAsposeAuthError(error) || error instanceof HttpException) throw error;
    throw toHttpException(failure);
  }
}

/** What our caller gets when Aspose's answer is not a 2xx. */
export function answeredWith(status: number): HttpException {
  return status === 501
    ? new NotImplementedException(
        'The local cloud needs the package aspose.cells.node to convert workbooks.',
      )
    : new BadGatewayException(`Aspose Cells answered with ${status}.`);
}

function toHttpException({ name, code, response }: Failure): HttpException {
  if (TIMEOUTS.includes(name) || TIMEOUTS.includes(code)) {
    return new GatewayTimeoutException('Aspose Cells did not answer in time.');
  }
  const status = response?.status ?? code;
  return typeof status === 'number'
    ? answeredWith(status)
    : new BadGatewayException('Aspose Cells gave no usable answer.');
}
