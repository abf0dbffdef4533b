import { retryAfterMsOf } from '../../token/retry-after.js';
import { failedCallOf, isRepeatable } from '../failed-call.js';
import { isStream } from '../body/replayable-body.js';
import { apiMessageOf } from './api-message.js';
import { cleanText } from './clean-text.js';
import { isUnread, readFailedBody, type UnreadBody } from './unread-answer.js';

/** How a call to Aspose failed, whatever client made it. */
export interface AsposeCallFailure {
  /** The call, without its query: `PUT https://api.aspose.cloud/v4.0/cells/convert/spreadsheet`. */
  readonly call: string;
  /**
   * What happened: `answered`, Aspose answered with another status than 2xx; `unreachable`, no answer arrived, or none that can be
   * read; `timed-out`, it took too long; `called-off`, the app's own signal ended it.
   */
  readonly kind: 'answered' | 'unreachable' | 'timed-out' | 'called-off';
  /** The HTTP status, if it was answered. */
  readonly status?: number | undefined;
  /** What Aspose says about it: one line, at most 500 characters, without markup, tokens, passwords and queries of URLs. */
  readonly message?: string | undefined;
  /** Aspose's word for it, such as `errorItemNotFound`. */
  readonly code?: string | undefined;
  /** The id by which Aspose's support finds the call. */
  readonly requestId?: string | undefined;
  /** How long to wait before the next call, in milliseconds: Aspose's `Retry-After`. Never negative. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the call can be made again as it was: false where it sent a stream, which is used up. */
  readonly isRepeatable: boolean;
  /** What the client says, if it was not answered: for the log. */
  readonly reason?: string | undefined;
}

/**
 * Tells how a call to Aspose failed: from what `AsposeHttpService`, an attached axios, `AsposeFetch` or an official SDK
 * rejected with, or from an {@link AsposeApiError}.
 *
 * Looks through an `Error` with a `cause`; a class of the app's own is the app's.
 *
 * @returns undefined for every other error, the app's other HTTP clients' among them, and for a call that was never made
 *   since the app did something wrong.
 *
 * @example
 * ```ts
 * const { status } = asposeCallFailure(error) ?? {};
 * if (status === 404) return undefined;
 * ```
 */
export function asposeCallFailure(
  error: unknown,
): AsposeCallFailure | undefined {
  const noted = innermost(error, (one) => failedCallOf(one) !== undefined);
  if (noted === undefined) return undefined;
  const known = {
    call: String(failedCallOf(noted)),
    isRepeatable: isRepeatable(noted),
  };
  const status = statusOf(noted);
  if (status === undefined) {
    const kind = kindOf(noted);
    return kind && { ...known, kind, reason: reasonOf(noted) };
  }
  const { response } = noted;
  const headers = headersOf(response?.headers ?? noted.headers);
  const body =
    response?.data ??
    response?.body ??
    noted.body ??
    (response ? undefined : noted.message);
  const waitMs = retryAfterMsOf(headers, Date.now());
  const said = isStream(body) ? {} : apiMessageOf(body);
  return {
    ...known,
    kind: 'answered',
    status,
    ...said,
    requestId: said.requestId ?? headers['x-request-id'],
    retryAfterMs: waitMs === undefined ? undefined : Math.max(0, waitMs),
  };
}

/** What errors of the clients have in common, and some of them lack. */
interface ClientError {
  readonly name?: unknown;
  readonly message?: unknown;
  /** A word; of some SDKs, the status or Aspose's own word. */
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly response?: {
    readonly status?: unknown;
    readonly statusCode?: unknown;
    readonly headers?: unknown;
    data?: unknown;
    readonly body?: unknown;
  };
  readonly config?: { readonly signal?: { readonly reason?: unknown } };
}

const MAX_CAUSES = 5;

/** `fetch` wraps in a `TypeError` what breaks the body of an answer off. */
const WRAPPERS = new Set<string | undefined>(['Error', 'TypeError']);

/** An error that is looked for, or the cause of one that merely wraps it. */
export function innermost(
  error: unknown,
  isIt: (error: unknown) => boolean,
): ClientError | undefined {
  let one = error;
  for (let depth = 0; depth <= MAX_CAUSES; depth += 1) {
    if (typeof one !== 'object' || one === null) return undefined;
    if (isIt(one)) return one;
    const isWrapper =
      WRAPPERS.has(one.constructor?.name) || 'isAxiosError' in one;
    if (!isWrapper) return undefined;
    one = (one as ClientError).cause;
  }
  return undefined;
}

/** Some SDKs keep Aspose's word and lose the status. */
const STATUS_BY_WORD: Readonly<Record<string, number>> = {
  errorInvalidInputData: 400,
  errorAuthentication: 401,
  errorAuthorization: 401,
  errorItemNotFound: 404,
  errorNotAllowed: 405,
  requestTimeout: 408,
};

function statusOf(error: ClientError): number | undefined {
  const { code, response, status, statusCode } = error;
  const word = typeof code === 'string' ? STATUS_BY_WORD[code] : undefined;
  return [
    response?.status,
    response?.statusCode,
    status,
    statusCode,
    code,
    word,
  ]
    .map(Number)
    .find((one) => Number.isInteger(one) && one >= 100 && one < 600);
}

const TIMEOUTS = new Set<unknown>([
  'TimeoutError',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const CANCELLATIONS = new Set<unknown>(['AbortError', 'ERR_CANCELED']);

/** Calls that the app itself could not make: settings that cannot be used, a file that cannot be read. */
const MISTAKES = new Set<unknown>([
  'ERR_BAD_OPTION',
  'ERR_BAD_OPTION_VALUE',
  'ERR_INVALID_URL',
  'ERR_NOT_SUPPORT',
  'ERR_FR_MAX_BODY_LENGTH_EXCEEDED',
  'ENOENT',
  'EACCES',
  'EISDIR',
  'EMFILE',
]);

function kindOf(error: ClientError): AsposeCallFailure['kind'] | undefined {
  const { cause, config } = error;
  const names = [error, cause ?? {}].flatMap(({ name, code }: ClientError) => [
    name,
    code,
  ]);
  // axios tells of a signal's time limit as of any other cancellation.
  const limit = (config?.signal?.reason as ClientError | undefined)?.name;
  if (names.some((name) => MISTAKES.has(name))) return undefined;
  if ([...names, limit].some((name) => TIMEOUTS.has(name))) return 'timed-out';
  return names.some((name) => CANCELLATIONS.has(name))
    ? 'called-off'
    : 'unreachable';
}

/** `fetch` says why only in its cause. The codes of a DOMException are numbers that say nothing. */
function reasonOf({ name, code, message, cause }: ClientError): string {
  const inner = Object(cause) as ClientError;
  const word = [inner.code, code, name].find((one) => typeof one === 'string');
  const parts = [word, inner.message || message];
  return cleanText(parts.filter(Boolean).join(': ')) ?? 'no reason given';
}

function headersOf(headers: unknown): Record<string, string | undefined> {
  const entries: [string, unknown][] =
    headers instanceof Headers
      ? [...headers]
      : Object.entries(Object(headers) as object);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : undefined,
    ]),
  );
}

/**
 * Reads the answer that an error of axios holds as a stream, so that {@link asposeCallFailure} finds what Aspose says, and frees
 * its connection.
 *
 * @returns undefined where there is nothing to read.
 */
export function readFailedAnswer(error: unknown): Promise<void> | undefined {
  const noted = innermost(error, (one) => failedCallOf(one) !== undefined);
  const response = noted?.response;
  return response !== undefined && isUnread(response.data)
    ? readInto(response, response.data)
    : undefined;
}

async function readInto(
  response: NonNullable<ClientError['response']>,
  body: UnreadBody,
): Promise<void> {
  // What is frozen is answered without Aspose's words.
  Reflect.set(response, 'data', await readFailedBody(body));
}
