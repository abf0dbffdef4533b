import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AbstractHttpAdapter } from '@nestjs/core';

/** Sees a request before anything else in the app does. */
export type EarlyLayer = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

interface ExpressLayers {
  stack: unknown[];
}

/** Express 4 has `_router` and `lazyrouter`, Express 5 has `router`. */
interface ExpressApp {
  readonly lazyrouter?: unknown;
  readonly _router?: ExpressLayers;
  readonly router: ExpressLayers;
}

interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: IncomingMessage },
      reply: { readonly raw: ServerResponse },
      done: () => void,
    ) => void,
  ): void;
}

/** Puts a layer in front of all others, Nest's parsers and what main.ts has added included. */
export function addEarlyLayer(
  adapter: AbstractHttpAdapter,
  layer: EarlyLayer,
): void {
  if (adapter.getType() === 'fastify') {
    adapter
      .getInstance<FastifyApp>()
      .addHook('onRequest', ({ raw }, reply, done) => {
        layer(raw, reply.raw);
        done();
      });
    return;
  }
  adapter.use(
    (request: IncomingMessage, response: ServerResponse, next: () => void) => {
      layer(request, response);
      next();
    },
  );
  const app = adapter.getInstance<ExpressApp>();
  const { stack } = app._router ?? app.router;
  stack.unshift(stack.pop());
}

/** How a platform's router writes "whatever follows". */
export function anyPathOf(adapter: AbstractHttpAdapter): string {
  const isExpress5 =
    adapter.getType() === 'express' &&
    adapter.getInstance<ExpressApp>().lazyrouter === undefined;
  return isExpress5 ? '{*rest}' : '*';
}
