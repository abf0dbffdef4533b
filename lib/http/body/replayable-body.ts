import type { Readable } from 'node:stream';

/**
 * Tells whether a request body can be sent a second time: anything but a stream.
 *
 * No body, text, bytes, form fields, `Blob`, the platform's `FormData` and plain JSON can. A Node or web stream and
 * the `form-data` package's `FormData` are used up by the first attempt.
 */
export function isReplayableBody(body: unknown): boolean {
  if (typeof body !== 'object' || body === null)
    return typeof body !== 'function';
  if (isStream(body)) return false;
  return (
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer ||
    body instanceof URLSearchParams ||
    body instanceof Blob ||
    isForm(body) ||
    isPlain(body)
  );
}

/** Tells whether a value is a Node stream, or passes for one. */
export function isStream(value: unknown): value is Readable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pipe' in value &&
    typeof value.pipe === 'function'
  );
}

/** Drops the body of an answer unread, a Node or a web stream, and frees its connection. */
export function discardBody(body: unknown): void {
  if (isStream(body)) body.destroy();
  else if (body instanceof ReadableStream) body.cancel().catch(() => {});
}

/** Tells whether a value is the platform's `FormData`, or another class by the same standard. */
export function isForm(value: object): value is FormData {
  return (
    value instanceof FormData ||
    (Object.prototype.toString.call(value) === '[object FormData]' &&
      Symbol.iterator in value &&
      'append' in value &&
      typeof value.append === 'function')
  );
}

/** Tells whether a value is a plain object or array, which is not iterated asynchronously. */
export function isPlain(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body);
  return (
    !(Symbol.asyncIterator in body) &&
    (Array.isArray(body) ||
      prototype === Object.prototype ||
      prototype === null)
  );
}
