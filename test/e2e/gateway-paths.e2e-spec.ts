import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeGatewayModule } from '../../lib/gateway/index.js';
import { ALLOW, attack, CORPUS } from '../gateway/attack.mjs';
import { startUpstream } from '../gateway/wire.mjs';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';

it('is attacked in more ways than anyone has tried', () => {
  expect(CORPUS.families).toBeGreaterThanOrEqual(12);
  expect(CORPUS.forms).toBeGreaterThanOrEqual(200);
});

describe.each(platforms)('a gateway on $platform', (platform) => {
  it('passes on what is allowed, to the byte, and asks for nothing else', async () => {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    const { url } = await nestApp()
      .with({ accessToken: 'static', baseUrl: upstream.url })
      .importing(
        AsposeGatewayModule.forRoot({
          path: 'aspose',
          allow: ALLOW,
          public: true,
        }),
      )
      .on(platform)
      .start();

    expect(await attack(url, upstream)).toEqual([]);
  });

  it.each([
    { base: '', tokenEndpoint: '/oauth2/v1.1/token' },
    { base: '/sub', tokenEndpoint: '/sub/oauth2/v1.1/token' },
    { base: '/sub/', tokenEndpoint: '/sub/oauth2/v1.1/token/' },
  ])(
    'never leads to the token endpoint $tokenEndpoint, with the base URL $base',
    async ({ base, tokenEndpoint }) => {
      const upstream = await startUpstream();
      onTestFinished(() => upstream.close());
      const { url } = await nestApp()
        .with({
          clientId: 'id',
          clientSecret: 'secret',
          baseUrl: upstream.url + base,
          tokenEndpoint: upstream.url + tokenEndpoint,
          warmUp: 'off',
        })
        .importing(
          AsposeGatewayModule.forRoot({
            path: 'aspose',
            allow: ['POST /**'],
            public: true,
          }),
        )
        .on(platform)
        .start();

      const answers = await Promise.all(
        [
          '/oauth2/v1.1/token',
          '/oauth2/v1.1/token/',
          '/OAuth2/v1%2e1/%2574oken',
          '/sub/connect/token',
        ].map((path) => fetch(`${url}/aspose${path}`, { method: 'POST' })),
      );

      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(upstream.received).toBe('');
    },
  );
});
