import type { IncomingMessage } from 'node:http';

import type { ReceivedRequest } from './request-log.js';

const KEPT_BYTES = 64 * 1024;

/** What is known of a request before its body. */
export function describeRequest(request: IncomingMessage): ReceivedRequest {
  const { method = '', url = '', headers } = request;
  // Not `new URL`: it would read `//host` as a host, and change what the client sent.
  const [path = ''] = url.split('?', 1);
  const query = new URLSearchParams(url.slice(path.length));
  return { method, path, query, headers };
}

/** Reads a body to its end and keeps its first 64 KiB; rejects when the client breaks off. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let room = KEPT_BYTES;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (room > 0) kept.push(chunk.subarray(0, room));
    room -= chunk.length;
  }
  return Buffer.concat(kept).toString();
}
