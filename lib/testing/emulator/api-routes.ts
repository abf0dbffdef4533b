import { answering, jsonAnswer } from './emulator-answer.js';
import type { RouteHandler, RouteOptions } from './route-handler.js';

/** @internal A registered route. */
export interface ApiRoute {
  readonly method: string;
  readonly matches: (path: string) => boolean;
  readonly handler: RouteHandler;
  readonly isPublic: boolean;
}

/**
 * The API routes of an emulator, with the status routes of Cells built in.
 *
 * @internal
 */
export class ApiRoutes {
  readonly #newestFirst: ApiRoute[] = [];

  constructor() {
    const ok = answering(jsonAnswer(200, 'OK'));
    this.add('GET', /^\/v4\.0\/cells(\/status\/check)?$/, ok);
  }

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

  find(method: string, path: string): ApiRoute | undefined {
    return this.#newestFirst.find(
      (route) => route.method === method && route.matches(path),
    );
  }
}

function matcher(path: string | RegExp): (path: string) => boolean {
  if (typeof path === 'string') {
    const wanted = path.toLowerCase();
    return (actual) => actual.toLowerCase() === wanted;
  }
  // A `g` or `y` flag would make the expression remember where it last matched.
  const flags = `${path.flags.replace(/[giy]/g, '')}i`;
  const pattern = new RegExp(path.source, flags);
  return (actual) => pattern.test(actual);
}
