import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers a call, in full, with Node's own request and response.
 *
 * What it throws or rejects with is answered with 500. The emulator does not read the request body before; it drains
 * what the handler leaves unread.
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

/** A registered route. */
export interface ApiRoute {
  readonly method: string;
  readonly matches: (path: string) => boolean;
  readonly handler: RouteHandler;
  readonly isPublic: boolean;
}

/** The API routes of an emulator; of those that match a call, the newest serves it. */
export class ApiRoutes {
  readonly #newestFirst: ApiRoute[] = [];

  add(
    method: string,
    path: string | RegExp,
    handler: RouteHandler,
    options: RouteOptions = {},
  ): void {
    this.#newestFirst.unshift({
      method: method.toUpperCase(),
      matches: matcher(path),
      handler,
      isPublic: options.public ?? false,
    });
  }

  /** The route that serves a call, or `undefined`. */
  find(method: string, path: string): ApiRoute | undefined {
    return this.#newestFirst.find(
      (route) => route.method === method && route.matches(path),
    );
  }
}

function matcher(path: string | RegExp): (path: string) => boolean {
  if (typeof path === 'string')
    return (actual) => actual.toLowerCase() === path.toLowerCase();
  // A `g` or `y` flag would make the expression remember where it last matched.
  const pattern = new RegExp(path, `${path.flags.replace(/[giy]/g, '')}i`);
  return (actual) => pattern.test(actual);
}
