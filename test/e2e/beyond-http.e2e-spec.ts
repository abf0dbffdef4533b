import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

import {
  Controller,
  Inject,
  Injectable,
  type INestApplication,
  UseFilters,
  type WebSocketAdapter,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { firstValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

import {
  type AccessToken,
  AsposeAuthExceptionFilter,
  AsposeHttpService,
  AsposeToken,
  AsposeTokenService,
  RequireAsposeToken,
} from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';

const UNAVAILABLE = {
  status: 'error',
  message: 'Aspose Cloud gave no usable access token.',
};
const UNKNOWN = { status: 'error', message: 'Internal server error' };

@Injectable()
class Handlers {
  constructor(
    @Inject(AsposeTokenService) private readonly tokens: AsposeTokenService,
    @Inject(AsposeHttpService) private readonly aspose: AsposeHttpService,
  ) {}

  async unguarded(): Promise<string> {
    return (await this.tokens.getToken()).fingerprint;
  }

  async foreign(): Promise<unknown> {
    return firstValueFrom(this.aspose.get('https://elsewhere.example'));
  }
}

@Controller()
class Microservice extends Handlers {
  @MessagePattern('guarded')
  @RequireAsposeToken()
  guarded(@AsposeToken() token: AccessToken): string {
    return token.fingerprint;
  }

  @MessagePattern('unguarded')
  override unguarded() {
    return super.unguarded();
  }

  @MessagePattern('foreign')
  override foreign() {
    return super.foreign();
  }
}

@WebSocketGateway()
@UseFilters(AsposeAuthExceptionFilter)
class Gateway extends Handlers {
  @SubscribeMessage('guarded')
  @RequireAsposeToken()
  guarded(@AsposeToken() token: AccessToken) {
    return { event: 'answer', data: token.fingerprint };
  }

  @SubscribeMessage('unguarded')
  async answerUnguarded() {
    return { event: 'answer', data: await super.unguarded() };
  }

  @SubscribeMessage('foreign')
  async answerForeign() {
    return { event: 'answer', data: await super.foreign() };
  }
}

/** Sends a message and resolves with the answer; what a client is told of a failure counts as one. */
type Ask = (pattern: string, payload?: unknown) => Promise<unknown>;

async function askMicroservice(cloud: AsposeCloudEmulator): Promise<Ask> {
  const module = await nestApp()
    .overCloud(cloud)
    .declaring({
      controllers: [Microservice],
      providers: [
        { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
      ],
    })
    .compile();
  const app = module.createNestMicroservice({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0 },
  });
  await app.listen();
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  onTestFinished(async () => {
    await client.close();
    await app.close();
  });
  return (pattern, payload = {}) =>
    firstValueFrom(client.send(pattern, payload)).catch(
      (told: unknown) => told,
    );
}

async function runGateway(
  cloud: AsposeCloudEmulator,
  Adapter: new (app: INestApplication) => WebSocketAdapter,
): Promise<string> {
  const [express] = platforms;
  const { url } = await nestApp()
    .overCloud(cloud)
    .declaring({ providers: [Gateway] })
    .prepared((app) => void app.useWebSocketAdapter(new Adapter(app)))
    .on(express)
    .start();
  return url.replace('http:', 'ws:');
}

async function askBareGateway(cloud: AsposeCloudEmulator): Promise<Ask> {
  const client = new WebSocket(await runGateway(cloud, WsAdapter));
  onTestFinished(() => client.terminate());
  await once(client, 'open');
  return async (event, data = {}) => {
    client.send(JSON.stringify({ event, data }));
    const [message] = (await once(client, 'message')) as [Buffer];
    return (JSON.parse(message.toString()) as { data: unknown }).data;
  };
}

async function askSocketIo(cloud: AsposeCloudEmulator): Promise<Ask> {
  const client = io(await runGateway(cloud, IoAdapter));
  onTestFinished(() => void client.disconnect());
  return (event, data = {}) =>
    new Promise((resolve) => {
      client.once('answer', resolve).once('exception', resolve);
      client.emit(event, data);
    });
}

describe.each([
  ['a microservice', askMicroservice],
  ['a gateway of bare WebSockets', askBareGateway],
  ['a gateway of Socket.IO', askSocketIo],
])('A handler of %s', (_, start) => {
  it('gets the token that its guard made sure of', async () => {
    const cloud = await startCloud();
    const ask = await start(cloud);

    const fingerprint = await ask('guarded');

    expect(fingerprint).toMatch(/^[0-9a-f]{8}$/);
    expect(await ask('guarded', 'a.xlsx')).toBe(fingerprint);
    expect(await ask('unguarded')).toBe(fingerprint);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it.each(['guarded', 'unguarded'])(
    'has its client told that there is no token: %s',
    async (pattern) => {
      const cloud = await startCloud();
      cloud.failNext({ kind: 'refuse' }, { times: Infinity });
      const ask = await start(cloud);

      const told = await ask(pattern);

      expect(told).toMatchObject(UNAVAILABLE);
    },
  );

  it('has its client told nothing of an error of the app itself', async () => {
    const ask = await start(await startCloud());

    expect(await ask('foreign')).toMatchObject(UNKNOWN);
    expect(await ask('guarded')).toMatch(/^[0-9a-f]{8}$/);
  });
});
