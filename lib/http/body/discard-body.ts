import { isStream } from './replayable-body.js';

/** Drops the body of an answer unread, be it a Node or a web stream, and frees its connection. */
export function discardBody(body: unknown): void {
  if (isStream(body)) body.destroy();
  else if (body instanceof ReadableStream) body.cancel().catch(() => {});
}
