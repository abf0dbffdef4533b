import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers a call, in full, on node's own request and response.
 *
 * What it throws or rejects with is answered as 500. The request body is not read
 * beforehand; what the handler leaves unread is drained.
 */
export type RouteHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** How a route differs from a protected one. */
export interface RouteOptions {
  /**
   * Lets calls in without a valid token.
   *
   * @default false
   */
  readonly public?: boolean;
}
