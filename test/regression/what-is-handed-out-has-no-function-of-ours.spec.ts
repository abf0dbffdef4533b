import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Param,
  UseInterceptors,
} from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  AsposeHttpService,
  AsposeTokenService,
  attachAsposeToken,
} from '../../lib/index.js';
import { HttpModule, HttpService } from '@nestjs/axios';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { leaksIn } from '../support/leaks.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

import { unhandledRejectionsOf } from '../support/unhandled-rejections.js';

const STATUS = '/v4.0/cells';

/** What careless handlers return: whole errors and answers. */
@Controller()
@UseInterceptors(ClassSerializerInterceptor)
class CarelessController {
  constructor(
    private readonly aspose: AsposeHttpService,
    private readonly attached: HttpService,
    private readonly tokens: AsposeTokenService,
  ) {
    attachAsposeToken(attached, tokens);
  }

  @Get(':what')
  async answer(@Param('what') what: string): Promise<unknown> {
    const client = what.startsWith('attached') ? this.attached : this.aspose;
    const url = `${this.tokens.allowedOrigins[0]}${STATUS}`;
    if (what.endsWith('error'))
      return {
        ok: false,
        error: await rejectionOf(firstValueFrom(client.get(url))),
      };
    if (what.endsWith('answer')) {
      const { config, status } = await firstValueFrom(client.get(url));
      return { config, status };
    }
    if (what === 'cancelled')
      return rejectionOf(
        client.axiosRef.get(url, { signal: AbortSignal.abort() }),
      );
    if (what === 'token') return this.tokens.getToken();
    return new AsposeAuthError(AsposeAuthErrorCode.TOKEN_UNAVAILABLE, 'none');
  }
}

describe.each(platforms)(
  'Under ClassSerializerInterceptor, which calls every function it finds, on $platform',
  (platform) => {
    it.each([
      'error',
      'attached error',
      'answer',
      'attached answer',
      'cancelled',
      'token',
      'own',
    ])('%s can be returned, and nothing is called that fails', async (what) => {
      const cloud = await startCloud();
      const { url } = await nestApp()
        .overCloud(cloud)
        .importing(HttpModule)
        .declaring({ controllers: [CarelessController] })
        .on(platform)
        .start();
      if (what.endsWith('error'))
        cloud.failNext({ kind: 'answer', status: 500 }, { path: 'api' });

      let body = '';

      const unhandled = await unhandledRejectionsOf(async () => {
        const response = await fetch(`${url}/${encodeURIComponent(what)}`);
        body = await response.text();
      });

      expect(unhandled).toStrictEqual([]);
      const [sent] = cloud.apiCalls.map(({ headers }) => headers.authorization);
      const token = sent ?? 'none was sent';
      expect(leaksIn(body, { token })).toStrictEqual([]);
      expect(body).toContain(what === 'token' ? 'lifetimeMs' : '{');
    });
  },
);

describe('The config of an answer and of an error', () => {
  it.each([
    ['of the app', { adapter: ['http'] }],
    ['by default', {}],
  ])('has the adapter %s', async (_, given) => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const { axiosRef } = aspose;
    const wanted =
      'adapter' in given ? given.adapter : axiosRef.defaults.adapter;

    const { config } = await axiosRef.get(STATUS, given);
    cloud.failNext({ kind: 'answer', status: 500 }, { path: 'api' });
    const error = await rejectionOf(axiosRef.get(STATUS, given));

    expect(config.adapter).toStrictEqual(wanted);
    expect(error).toMatchObject({ config: { adapter: wanted } });
  });

  it('has it also where two sources are attached', async () => {
    const cloud = await startCloud();
    const another = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const { tokens: others } = await nestApp().overCloud(another).start();
    attachAsposeToken(aspose, others);
    attachAsposeToken(aspose, tokens);

    const { config } = await aspose.axiosRef.get(STATUS);

    expect(config.adapter).toStrictEqual(aspose.axiosRef.defaults.adapter);
    expect(cloud.counters.callsWithValidToken).toBe(1);
  });
});
