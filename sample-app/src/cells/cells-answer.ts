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

/** What tells the errors of HttpService, fetch and the SDK apart. */
interface Failure {
  readonly message?: string;
  readonly name?: string;
  /** A word or, of the SDK, the status that Aspose answered with. */
  readonly code?: unknown;
  /** Of HttpService. */
  readonly response?: {
    readonly status: number;
    readonly data?: { destroy?(): void };
  };
}

const logger = new Logger('AsposeCells');

/**
 * Resolves with the answer to a call to Aspose, or rejects with what our caller may know of
 * its failure: not Aspose's words, and never its 401, which would read as a refusal of the
 * caller. Token failures pass: the AppModule has a filter for them.
 */
export async function answerOf<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const failure = error as Failure;
    logger.warn(failure.message ?? failure.code);
    // The unread body of a streamed answer would keep its connection.
    failure.response?.data?.destroy?.();
    const isForOurCaller =
      isAsposeAuthError(error) || error instanceof HttpException;
    throw isForOurCaller ? error : toHttpException(failure);
  }
}

/** What our caller gets when Aspose answers something other than 2xx. */
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
