import { STATUS_CODES } from 'node:http';

import { HttpException } from '@nestjs/common';

/** Why a gateway did not pass a call on, or its answer. */
export const GatewayErrorCode = {
  /**
   * 400: the body is encoded in a way that cannot be passed on, or broke off. 500: something in front of the app has read it.
   */
  BODY: 'ASPOSE_GATEWAY_BODY',
  /** 403: a page of another origin makes a call that changes something, or a page would run the answer. */
  CROSS_ORIGIN: 'ASPOSE_GATEWAY_CROSS_ORIGIN',
  /** 404: the call is not in `allow`, or its path is one that no call has. */
  NOT_ALLOWED: 'ASPOSE_GATEWAY_NOT_ALLOWED',
  /** 408: the caller stopped sending its body. */
  SLOW: 'ASPOSE_GATEWAY_SLOW',
  /** 413: the body is longer than `maxBodyBytes`. */
  TOO_LARGE: 'ASPOSE_GATEWAY_TOO_LARGE',
  /** 426: the caller asks for a WebSocket. Aspose Cloud has none. */
  UPGRADE: 'ASPOSE_GATEWAY_UPGRADE',
  /** 502: a proxy answered 407, or Aspose Cloud 401 to the token: a new one did not help, or the body cannot be sent again. */
  UNAUTHORIZED: 'ASPOSE_GATEWAY_UNAUTHORIZED',
  /** 502: Aspose Cloud could not be reached, or broke the connection. */
  UNREACHABLE: 'ASPOSE_GATEWAY_UNREACHABLE',
  /** 502, 503 or 504: there is no token. With `Retry-After`. */
  NO_TOKEN: 'ASPOSE_GATEWAY_NO_TOKEN',
  /** 503: as many calls as `maxConcurrent` says are under way. With `Retry-After: 1`. */
  BUSY: 'ASPOSE_GATEWAY_BUSY',
  /** 504: nothing moved between the app and Aspose Cloud for `idleTimeoutMs`. */
  TIMEOUT: 'ASPOSE_GATEWAY_TIMEOUT',
  /** No status: the answer broke off, and so did the one to the caller. */
  BROKEN_OFF: 'ASPOSE_GATEWAY_BROKEN_OFF',
} as const;

/** One of the codes in {@link GatewayErrorCode:variable}. */
export type GatewayErrorCode =
  (typeof GatewayErrorCode)[keyof typeof GatewayErrorCode];

/**
 * What a {@link GatewayException} knows besides its code and message.
 *
 * @inline
 */
interface Details {
  readonly cause?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a gateway answers in place of Aspose. Filters of the app may write it in their own way.
 *
 * Its message holds nothing that Aspose said about the credentials.
 */
export class GatewayException extends HttpException {
  readonly code: GatewayErrorCode;
  /** To be set on the response. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: GatewayErrorCode,
    status: number,
    message: string,
    { cause, headers = {} }: Details = {},
  ) {
    const error = STATUS_CODES[status];
    super({ statusCode: status, error, message, code }, status, { cause });
    this.code = code;
    this.headers = headers;
  }
}
