import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';

import { AsposeAuthModule, AsposeHttpService } from '../../lib/index.js';
import { answering } from '../../lib/testing/emulator/api-routes.js';
import { optionsFor, startCloud } from '../support/cloud.js';

/** What puts a proxy around each provider may hand over the proxy itself, but not as the `this` of a method. */
function observed(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return instance;
  return new Proxy(instance, {
    get: (target, key, proxy) => {
      const member: unknown = Reflect.get(target, key, proxy);
      if (typeof member !== 'function' || key === 'constructor') return member;
      return (...args: unknown[]): unknown =>
        Reflect.apply(member, target, args);
    },
  });
}

it('boots and calls where each provider is observed through a proxy', async () => {
  const cloud = await startCloud();
  cloud.route('GET', '/disc', answering({ status: 200, body: { Used: 1 } }));

  @Module({ imports: [AsposeAuthModule.forRoot(optionsFor(cloud))] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: false,
    abortOnError: false,
    instrument: { instanceDecorator: observed },
  });
  onTestFinished(() => app.close());

  const { data } = await firstValueFrom(
    app.get(AsposeHttpService).get<unknown>('/disc'),
  );

  expect(data).toEqual({ Used: 1 });
});
