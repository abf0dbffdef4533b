import { parse as parseForm } from 'node:querystring';
import type { Readable } from 'node:stream';

import { isRecord } from '../checks/option-checks.js';
import { abortable, withDeadline } from '../token/abortable.js';
import type { TokenClock } from '../token/token-clock.js';
import { OAuthError } from './endpoint-answer.js';

/** A request as a platform hands it over, whatever the app's parsers made of its body. */
export interface ReceivedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  body?: unknown;
  /** What `rawBody: true` keeps, and what cloud functions bring. */
  readonly rawBody?: unknown;
}

/** Where the body of a token request is. */
export type BodyState =
  /** There is none, or none that is a form or JSON. */
  | { readonly at: 'nowhere' }
  /** A parser of the app has made an object of it. */
  | { readonly at: 'parsed' }
  /** A parser of the app has kept it as it was sent. */
  | { readonly at: 'kept'; readonly sent: Buffer | string }
  /** Nobody has read it. */
  | { readonly at: 'stream' }
  /** Somebody has read it and kept nothing. */
  | { readonly at: 'lost' };

/** How long a token request may be. */
export const MAX_REQUEST_BYTES = 16 * 1024;

/** How long the body of a token request may be on its way. */
const MAX_UPLOAD_MS = 10_000;

/** What a token endpoint reads. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'application/json': (text) => (text === '' ? undefined : JSON.parse(text)),
  'application/x-www-form-urlencoded': (text) =>
    parseForm(text, '&', '=', { maxKeys: 0 }),
};

/** Tells where the body of a token request is. */
export function bodyStateOf(
  { headers, body, rawBody }: ReceivedRequest,
  stream: Readable,
): BodyState {
  if (parserFor(headers) === undefined) return { at: 'nowhere' };
  if (isAsSent(body)) return { at: 'kept', sent: body };
  const isUnread =
    stream.readableFlowing === null &&
    !stream.readableDidRead &&
    !stream.destroyed;
  // A parser of Express 4 leaves an empty object for a body that is not of its type.
  const isLeftByOther = isRecord(body) && Object.keys(body).length === 0;
  if (body !== undefined && body !== null && !(isUnread && isLeftByOther))
    return { at: 'parsed' };
  if (isUnread) return { at: 'stream' };
  if (isAsSent(rawBody)) return { at: 'kept', sent: rawBody };
  return { at: isBodyAnnounced(headers) ? 'lost' : 'nowhere' };
}

/**
 * Reads a body that nobody has read.
 *
 * @throws {OAuthError} when it is compressed, larger than 16 KiB, under way for more than 10 s, or broken off.
 */
export async function readStream(
  stream: Readable,
  headers: ReceivedRequest['headers'],
  clock: TokenClock,
): Promise<Buffer> {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new OAuthError(415, 'A token request must not be compressed.');
  if (Number(headers['content-length']) > MAX_REQUEST_BYTES) throw tooLarge();
  // One buffer, however many chunks there are: a sender chooses their size.
  const received = Buffer.allocUnsafeSlow(MAX_REQUEST_BYTES);
  let bytes = 0;
  // The listeners stay: what still arrives is dropped, and an error that still comes is heard.
  const whole = new Promise<Buffer>((resolve, reject) => {
    const breakOff = () =>
      reject(new OAuthError(400, 'The request was broken off.'));
    stream
      .on('data', (chunk: Buffer | string) => {
        const part = Buffer.from(chunk as Buffer);
        if (bytes + part.length > MAX_REQUEST_BYTES) return reject(tooLarge());
        received.set(part, bytes);
        bytes += part.length;
      })
      .once('end', () => resolve(received.subarray(0, bytes)))
      .on('error', breakOff)
      .once('close', breakOff);
  });
  return withDeadline(
    clock,
    MAX_UPLOAD_MS,
    () => new OAuthError(408, 'The body did not arrive in time.'),
    (signal) => abortable(whole, signal),
  );
}

/**
 * Parses a body as it was sent.
 *
 * @returns undefined for an empty one.
 * @throws {OAuthError} when it is too large, not UTF-8, or not what its type says. Nothing of it is quoted.
 */
export function parseBody(
  sent: Buffer | string,
  headers: ReceivedRequest['headers'],
): unknown {
  if (Buffer.byteLength(sent) > MAX_REQUEST_BYTES) throw tooLarge();
  try {
    return parserFor(headers)?.(
      typeof sent === 'string' ? sent : decoded(sent, headers),
    );
  } catch (error) {
    throw error instanceof OAuthError
      ? error
      : new OAuthError(400, 'The body cannot be parsed.');
  }
}

/** The answer to a request that is too large. */
export function tooLarge(): OAuthError {
  return new OAuthError(
    413,
    `A token request is at most ${MAX_REQUEST_BYTES} bytes long.`,
  );
}

function decoded(sent: Buffer, headers: ReceivedRequest['headers']): string {
  const charset = /;\s*charset="?([^\s";]+)/i.exec(typeIn(headers))?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new OAuthError(415, 'A token request must be in UTF-8.');
  return new TextDecoder('utf-8', { fatal: true }).decode(sent);
}

function parserFor(headers: ReceivedRequest['headers']) {
  const [type = ''] = typeIn(headers).split(';');
  const name = type.trim().toLowerCase();
  return Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
}

function typeIn(headers: ReceivedRequest['headers']): string {
  return String(headers['content-type'] ?? '');
}

function isAsSent(value: unknown): value is Buffer | string {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

function isBodyAnnounced(headers: ReceivedRequest['headers']): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0
  );
}
