import { EventEmitter } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

import {
  Controller,
  Get,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnModuleInit,
  UseInterceptors,
} from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeHttpService,
  AsposeTenantInterceptor,
  AsposeTenantMiddleware,
  AsposeTenants,
} from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

/** A job that waits for somebody to do it. */
type Job = () => unknown;

/** What an app starts once, outside of any request. */
@Injectable()
class Worker extends EventEmitter implements OnModuleInit {
  readonly #waiting: Job[] = [];

  onModuleInit() {
    const work = () => {
      for (const job of this.#waiting.splice(0)) job();
      setTimeout(work, 1).unref();
    };
    work();
  }

  enqueue(job: Job) {
    this.#waiting.push(job);
  }
}

@Controller()
class ReportController {
  constructor(
    private readonly aspose: AsposeHttpService,
    private readonly tenants: AsposeTenants,
    private readonly worker: Worker,
  ) {}

  @Get('parsed')
  async report(): Promise<string> {
    const call = this.aspose.get<{ tenant: string }>('/report');
    return (await firstValueFrom(call)).data.tenant;
  }

  @Get('entered/parsed')
  @UseInterceptors(AsposeTenantInterceptor)
  entered() {
    return this.report();
  }

  @Get('queued')
  queued() {
    return new Promise((resolve, reject) => {
      this.worker.enqueue(() => this.report().then(resolve, reject));
    });
  }

  @Get('entered/queued')
  queuedAndEntered() {
    const tenant = this.tenants.current!;
    return new Promise((resolve, reject) => {
      this.worker.enqueue(() => {
        this.tenants.run(tenant, () => this.report()).then(resolve, reject);
      });
    });
  }

  @Get('heard')
  heard() {
    return new Promise((resolve, reject) => {
      this.worker.once('job', () => void this.report().then(resolve, reject));
      this.worker.enqueue(() => this.worker.emit('job'));
    });
  }

  @Get('entered/heard')
  heardAndEntered() {
    const tenant = this.tenants.current!;
    return new Promise((resolve, reject) => {
      this.worker.once('job', (id: string) => {
        this.tenants.run(id, () => this.report()).then(resolve, reject);
      });
      this.worker.enqueue(() => this.worker.emit('job', tenant));
    });
  }
}

/** Reads a body as multer 1 did: what comes after it runs where the last byte arrives. */
function oldParser(
  message: IncomingMessage,
  _: unknown,
  next: () => void,
): void {
  message.on('data', () => {}).on('end', next);
}

@Module({})
class LosingModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(AsposeTenantMiddleware).forRoutes('{*path}');
    consumer.apply(oldParser).forRoutes('parsed', 'entered/parsed');
  }
}

/** Asks for a page as tenant `a`, with a body whose end arrives late: fetch sends none with GET. */
async function ask(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-tenant': 'a', 'transfer-encoding': 'chunked' };
    const sent = request(url, { headers })
      .once('error', reject)
      .once('response', (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, body }),
          reject,
        );
      });
    sent.write('the start, ');
    setTimeout(() => sent.end('and the end'), 50);
  });
}

describe.each(platforms)('A tenant that is lost on $platform', (platform) => {
  const start = async () => {
    const cloud = await startTenantCloud();
    const { url, logger } = await nestApp()
      .with(tenantsAt(cloud))
      .importing(LosingModule)
      .declaring({ controllers: [ReportController], providers: [Worker] })
      .on(platform)
      .start();
    return { cloud, url, logger };
  };

  it.each([
    ['behind a parser', 'parsed'],
    ['in a queue that the app works off', 'queued'],
    ['in a listener that is called from elsewhere', 'heard'],
  ])('is nobody: %s', async (_, path) => {
    const { cloud, url, logger } = await start();

    expect(await ask(`${url}/${path}`)).toMatchObject({ status: 500 });

    expect(JSON.stringify(logger)).toMatch(
      /No tenant is current.*AsposeTenants\.run\(id, …\).*AsposeTenantMiddleware/,
    );
    expect(cloud.tokenRequests).toEqual([]);
    expect(cloud.unauthorizedCalls).toEqual([]);
  });

  it.each([
    ['behind a parser, by AsposeTenantInterceptor', 'entered/parsed'],
    ['in a queue, by AsposeTenants.run()', 'entered/queued'],
    ['in a listener, by AsposeTenants.run()', 'entered/heard'],
  ])('can be entered again: %s', async (_, path) => {
    const { url } = await start();

    expect(await ask(`${url}/${path}`)).toEqual({ status: 200, body: 'a' });
  });
});
