import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  Controller,
  Injectable,
  type ModuleMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeTenantGuard,
  AsposeTenantInterceptor,
  AsposeTenants,
  AsposeToken,
  RequireAsposeToken,
} from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';

import { platforms } from './app.platforms.js';
import {
  accountOf,
  type CustomersCloud,
  startCustomersCloud,
} from './customers.cloud.js';
import { CustomersService } from './customers.service.js';

/** A message, or the client of a gateway. */
interface Caller {
  customer?: string;
}

@Injectable()
class Answers {
  constructor(private readonly customers: CustomersService) {}

  usage(): Promise<unknown> {
    return this.customers.usage();
  }

  token(token: AccessToken): { printed: string } {
    return { printed: String(token) };
  }
}

@Controller()
@UseInterceptors(AsposeTenantInterceptor)
class Microservice extends Answers {
  @MessagePattern('usage')
  override usage(): Promise<unknown> {
    return super.usage();
  }

  @MessagePattern('token')
  @RequireAsposeToken({ client: 'customers' })
  @UseGuards(AsposeTenantGuard)
  override token(@AsposeToken() token: AccessToken): { printed: string } {
    return super.token(token);
  }
}

@WebSocketGateway()
@UseInterceptors(AsposeTenantInterceptor)
class Gateway extends Answers {
  handleConnection(client: Caller, request: IncomingMessage): void {
    client.customer = String(request.headers['x-customer']);
  }

  @SubscribeMessage('usage')
  async tellUsage(): Promise<unknown> {
    return { event: 'usage', data: await super.usage() };
  }

  @SubscribeMessage('token')
  @RequireAsposeToken({ client: 'customers' })
  @UseGuards(AsposeTenantGuard)
  tellToken(@AsposeToken() token: AccessToken): unknown {
    return { event: 'token', data: super.token(token) };
  }
}

let cloud: CustomersCloud;
beforeEach(async () => {
  cloud = await startCustomersCloud();
});
afterEach(() => cloud.close());

const compile = (metadata: ModuleMetadata) =>
  Test.createTestingModule({
    imports: [
      AsposeAuthModule.forRoot({
        name: 'customers',
        baseUrl: cloud.url,
        tenants: {
          tenantOf: ({ customer }: Caller) => customer,
          credentials: accountOf,
        },
      }),
    ],
    ...metadata,
    providers: [CustomersService, ...(metadata.providers ?? [])],
  }).compile();

describe('a customer', () => {
  it('is the one that work is done for, or there is no token', async () => {
    const module = await compile({});
    const customers = module.get(CustomersService);

    const usage = await module
      .get(AsposeTenants)
      .run('acme', () => customers.usage());

    expect(usage).toEqual({ usageOf: 'acme' });
    await expect(customers.usage()).rejects.toMatchObject({
      code: AsposeAuthErrorCode.NO_TENANT,
    });
    expect(cloud.tokenRequests).toEqual(['id-of-acme']);

    await module.close();
  });
});

describe('a microservice', () => {
  it('gets the token of the customer that a message is of', async () => {
    const module = await compile({ controllers: [Microservice] });
    const app = module.createNestMicroservice({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: false,
    });
    await app.listen();
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: portOf(app) },
    });
    const ask = (pattern: string, customer: string) =>
      firstValueFrom(client.send<unknown>(pattern, { customer }));

    const usages = ['acme', 'globex'].map((name) => ask('usage', name));

    expect(await Promise.all(usages)).toEqual([
      { usageOf: 'acme' },
      { usageOf: 'globex' },
    ]);
    const printed = { printed: expect.stringContaining('[redacted') };
    expect(await ask('token', 'acme')).toEqual(printed);
    expect(cloud.tokenRequests).toHaveLength(2);

    client.close();
    await app.close();
  });
});

describe.each(Object.entries(platforms))(
  'a gateway, on %s',
  (_name, platform) => {
    it('gets the token of the customer that a client is', async () => {
      const module = await compile({ providers: [Gateway] });
      const app = module.createNestApplication(platform(), { logger: false });
      app.useWebSocketAdapter(new WsAdapter(app));
      await app.listen(0, '127.0.0.1');
      const url = (await app.getUrl()).replace('http:', 'ws:');
      const connect = async (customer: string) => {
        const socket = new WebSocket(url, {
          headers: { 'x-customer': customer },
        });
        await once(socket, 'open');
        return socket;
      };
      const ask = async (socket: WebSocket, event: string) => {
        socket.send(JSON.stringify({ event, data: {} }));
        const [message] = (await once(socket, 'message')) as [Buffer];
        return JSON.parse(String(message)) as unknown;
      };
      const sockets = await Promise.all(['acme', 'globex'].map(connect));

      const usages = sockets.map((socket) => ask(socket, 'usage'));

      expect(await Promise.all(usages)).toEqual([
        { event: 'usage', data: { usageOf: 'acme' } },
        { event: 'usage', data: { usageOf: 'globex' } },
      ]);
      const printed = { printed: expect.stringContaining('[redacted') };
      for (const socket of sockets)
        expect(await ask(socket, 'token')).toEqual({
          event: 'token',
          data: printed,
        });
      expect(cloud.tokenRequests).toHaveLength(2);

      for (const socket of sockets) socket.terminate();
      await app.close();
    });
  },
);

/** Where a microservice listens. Nest 10 hides its server. */
function portOf(microservice: object): number {
  const { unwrap, server } = microservice as {
    unwrap?: () => Server;
    server: { server: Server };
  };
  const listening = unwrap?.call(microservice) ?? server.server;
  return (listening.address() as AddressInfo).port;
}
