import {
  failedCallOf,
  isRepeatable,
  nameOfCall,
  noteFailure,
} from '../failed-call.js';
import { apiMessageOf } from './api-message.js';
import { isUnread, readFailedBody } from './unread-answer.js';

/**
 * An answer of Aspose's API that is no 2xx, as an error: `fetch` does not reject for one.
 *
 * `AsposeAuthExceptionFilter` and `AsposeAuthInterceptor` answer it like a failure of the other clients.
 *
 * @example
 * ```ts
 * const response = await fetch(`${url}/v4.0/cells/storage/disc`);
 * if (!response.ok) throw await AsposeApiError.from(response);
 * ```
 */
export class AsposeApiError extends Error {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The headers of the answer. */
  declare readonly headers: Headers;
  /** Up to 64 KiB of the answer's body. */
  declare readonly body: string;

  private constructor(
    { status, headers }: Response,
    body: string,
    call: string,
  ) {
    const { message } = apiMessageOf(body);
    super(
      `${call} answered ${status}${message === undefined ? '.' : `: ${message}`}`,
    );
    this.name = new.target.name;
    this.status = status;
    // Not enumerable: who logs the error is spared them.
    Object.defineProperty(this, 'headers', { value: headers });
    Object.defineProperty(this, 'body', { value: body });
  }

  /**
   * Reads the body of an answer, and frees its connection.
   *
   * Waits 2 s at most, and reads 64 KiB at most. A body that has been read before is taken for empty.
   */
  static async from(response: Response): Promise<AsposeApiError> {
    const { body, url } = response;
    const call = failedCallOf(response) ?? nameOfCall('', url);
    const text = isUnread(body) ? await readFailedBody(body) : '';
    const error = new AsposeApiError(response, text, call);
    noteFailure(error, call, {
      body: { isReplayable: isRepeatable(response) },
    });
    return error;
  }
}
