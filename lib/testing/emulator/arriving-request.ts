import type { IncomingMessage } from 'node:http';
import type { ReceivedRequest } from './received-requests.js';

const KEPT_BYTES = 64 * 1024;

/** @internal What can be told of a request before its body. */
export function describeRequest(request: IncomingMessage): ReceivedRequest {
  const { method = '', url = '', headers } = request;
  // Not `new URL`: it would take `//host` for a host and tidy up what the client sent.
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = new URLSearchParams(url.slice(path.length));
  return { method, path, query, headers };
}

/**
 * Reads a body to its end, keeping no more than its first 64 KiB.
 *
 * Rejects when the client breaks off.
 *
 * @internal
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let room = KEPT_BYTES;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (room > 0) kept.push(chunk.subarray(0, room));
    room -= chunk.length;
  }
  return Buffer.concat(kept).toString();
}
