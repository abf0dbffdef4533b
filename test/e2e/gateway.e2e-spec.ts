import { Injectable, type CanActivate } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  AsposeGatewayModule,
  GatewayErrorCode,
} from '../../lib/gateway/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';

@Injectable()
class AnyoneGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

async function start(platform: Platform) {
  const cloud = await startCloud();
  const received: Readonly<Record<string, string | undefined>>[] = [];
  cloud.route('PUT', /\/v4.0\/cells\/.*/, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({
      url: request.url,
      authorization: request.headers.authorization,
      cookie: request.headers.cookie,
      contentType: request.headers['content-type'],
      body,
    });
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ bytes: body.length }));
  });
  const { url } = await nestApp()
    .overCloud(cloud)
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ['GET /v4.0/cells/**', 'PUT /v4.0/cells/**'],
        guards: [AnyoneGuard],
      }),
    )
    .on(platform)
    .start();
  return { cloud, url, received };
}

describe.each(platforms)('a gateway on $platform', (platform) => {
  it('passes a call on with a token, and the answer back', async () => {
    const { url, received } = await start(platform);

    const answer = await fetch(`${url}/aspose/v4.0/cells/convert?format=pdf`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', cookie: 'session=1' },
      body: '{"a":1}',
    });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ bytes: 7 });
    expect(received).toEqual([
      {
        url: '/v4.0/cells/convert?format=pdf',
        authorization: expect.stringMatching(/^Bearer ey[\w.-]+$/),
        cookie: undefined,
        contentType: 'application/json',
        body: '{"a":1}',
      },
    ]);
  });

  it('passes a stream on that has no length', async () => {
    const { url, received } = await start(platform);

    const answer = await fetch(`${url}/aspose/v4.0/cells/convert`, {
      method: 'PUT',
      body: new Blob(['x'.repeat(1_000_000)]).stream(),
      duplex: 'half',
    });

    expect(answer.status).toBe(200);
    expect(received[0]?.body).toBe('x'.repeat(1_000_000));
  });

  it('answers 404 to what is not allowed, and asks nobody', async () => {
    const { url, cloud } = await start(platform);

    const answer = await fetch(`${url}/aspose/v4.0/words`);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: GatewayErrorCode.NOT_ALLOWED,
    });
    expect(cloud.apiCalls).toEqual([]);
  });
});
