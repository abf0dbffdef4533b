import {
  request as httpRequest,
  type Agent,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import type { CanActivate } from '@nestjs/common';

import {
  type AsposeGatewayEvent,
  AsposeGatewayEvents,
  AsposeGatewayModule,
  type GatewayOptions,
} from '../../lib/gateway/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from './cloud.js';
import { nestApp, type NestAppBuilder, type StartedApp } from './nest-app.js';
import type { Platform } from './platforms.js';

/** Lets everybody in. */
export class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** An app with a gateway at `/aspose`, and the cloud behind it. */
export interface GatewayApp {
  readonly cloud: AsposeCloudEmulator;
  /** Of the gateway. */
  readonly url: string;
  /** What `events$` said, oldest first. */
  readonly events: AsposeGatewayEvent[];
  /** How many connections callers have. */
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/**
 * Starts one, until the test ends.
 *
 * @param adapted - what else the app is made of.
 */
export async function startGateway(
  platform: Platform,
  options: Partial<GatewayOptions> = {},
  adapted: (app: NestAppBuilder<StartedApp>) => NestAppBuilder<StartedApp> = (
    app,
  ) => app,
): Promise<GatewayApp> {
  const cloud = await startCloud();
  const started = await adapted(nestApp().overCloud(cloud))
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ['GET /v4.0/**', 'PUT /v4.0/**', 'POST /v4.0/**'],
        guards: [OpenGuard],
        ...options,
      }),
    )
    .on(platform)
    .start();
  const events: AsposeGatewayEvent[] = [];
  started.app
    .get(AsposeGatewayEvents, { strict: false })
    .events$.subscribe((event) => events.push(event));
  const server = started.app.getHttpServer() as Server;
  return {
    cloud,
    url: `${started.url}/aspose`,
    events,
    connections: () => promisify(server.getConnections.bind(server))(),
    close: () => started.app.close(),
  };
}

/** A call of Node's own, which can be written, read and ended piece by piece. */
export function callOf(
  url: string,
  {
    method = 'PUT',
    headers = {},
    agent,
  }: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly agent?: Agent;
  } = {},
) {
  const call = httpRequest(url, { method, headers, agent });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve).on('error', reject);
  });
  answer.catch(() => {});
  return { call, answer };
}

/** How a body ends: whole, or with the error that it broke off with. */
export async function endOf(
  body: Readable,
): Promise<number | NodeJS.ErrnoException> {
  let bytes = 0;
  try {
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    return bytes;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
