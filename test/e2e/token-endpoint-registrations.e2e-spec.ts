import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import { AsposeTokenService } from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
  type TokenEndpointPolicyFactory,
} from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import {
  askForToken,
  callEndpoint,
  type EndpointAnswer,
} from '../support/token-endpoint.js';

const KEYS = 'SERVICE_KEYS';

@Module({
  providers: [{ provide: KEYS, useValue: ['key-of-reports'] }],
  exports: [KEYS],
})
class KeysModule {}

/** A guard that cannot be made without the module that has the keys. */
@Injectable()
class KeyGuard implements CanActivate {
  constructor(@Inject(KEYS) private readonly keys: readonly string[]) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string> }>();
    return this.keys.includes(headers['x-key'] ?? '');
  }
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const tokenIn = ({ text }: EndpointAnswer): string =>
  (JSON.parse(text) as { access_token: string }).access_token;

describe.each(platforms)('token endpoints on $platform', (platform) => {
  it('with different paths, modes and guards live in one app', async () => {
    const cloud = await startCloud();
    const tokenEndpoint = `${cloud.url}/connect/token`;
    const { url, app } = await nestApp()
      .overCloud(cloud)
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          guards: [KeyGuard],
          imports: [KeysModule],
        }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          path: 'closed',
          guards: [ClosedGuard],
        }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          path: 'connect/token',
          public: true,
          tokenEndpoint,
        }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          path: '/partners/token',
          allowedClientIds: ['partner'],
          tokenEndpoint,
        }),
      )
      .on(platform)
      .start();
    const withKey = { headers: { 'X-Key': 'key-of-reports' } };

    const brokered = await callEndpoint(url, withKey);
    const appToken = app.get(AsposeTokenService).peekToken()?.value;
    expect(tokenIn(brokered)).toBe(appToken);
    expect((await callEndpoint(url, {})).status).toBe(403);
    expect((await callEndpoint(url, withKey, 'closed')).status).toBe(403);

    const forwarded = await askForToken(url, cloud, 'connect/token');
    expect(forwarded.status).toBe(200);
    expect(tokenIn(forwarded)).not.toBe(appToken);
    const partners = await askForToken(url, cloud, 'partners/token');
    expect(partners.status).toBe(400);
    expect(partners.text).toContain('unauthorized_client');
    const partner = { clientId: 'partner', clientSecret: 'x' };
    expect((await askForToken(url, partner, 'partners/token')).text).toBe(
      '{"error":"invalid_client"}',
    );
  });

  it('of one mode keep their policies and their memories apart', async () => {
    const [here, there] = [await startCloud(), await startCloud()];
    const { url } = await nestApp()
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          path: 'here/token',
          public: true,
          tokenEndpoint: `${here.url}/connect/token`,
        }),
        AsposeTokenEndpointModule.forRootAsync({
          mode: 'forward',
          path: 'there/token',
          useFactory: () => ({
            public: true,
            tokenEndpoint: `${there.url}/connect/token`,
          }),
        }),
      )
      .on(platform)
      .start();
    const wrong = { clientId: 'a', clientSecret: 'b' };

    await askForToken(url, wrong, 'here/token');
    await askForToken(url, wrong, 'there/token');
    await askForToken(url, wrong, 'there/token');

    expect(here.counters.tokenRequests).toBe(1);
    expect(there.counters.tokenRequests).toBe(1);
  });

  it.each(['useFactory', 'useClass', 'useExisting'] as const)(
    'take their policy from %s, and their guards from the imports',
    async (how) => {
      const cloud = await startCloud();

      @Injectable()
      class PolicyService implements TokenEndpointPolicyFactory {
        async createTokenEndpointPolicy(): Promise<TokenEndpointPolicy> {
          return { tokenEndpoint: `${cloud.url}/connect/token` };
        }
      }

      @Module({ providers: [PolicyService], exports: [PolicyService] })
      class PolicyModule {}

      const sources = {
        useFactory: {
          inject: [PolicyService],
          useFactory: (policies: PolicyService) =>
            policies.createTokenEndpointPolicy(),
        },
        useClass: { useClass: PolicyService },
        useExisting: { useExisting: PolicyService },
      };
      const { url } = await nestApp()
        .importing(
          AsposeTokenEndpointModule.forRootAsync({
            mode: 'forward',
            guards: [KeyGuard],
            imports: [KeysModule, PolicyModule],
            ...sources[how],
          }),
        )
        .on(platform)
        .start();
      const pair = new URLSearchParams({
        client_id: cloud.clientId,
        client_secret: cloud.clientSecret,
      });

      expect((await callEndpoint(url, { body: pair })).status).toBe(403);
      const answer = await callEndpoint(url, {
        body: pair,
        headers: { 'X-Key': 'key-of-reports' },
      });

      expect(answer.status).toBe(200);
      expect(cloud.counters.tokenRequests).toBe(1);
    },
  );

  it('ask guards that are values, and all of them in turn', async () => {
    const cloud = await startCloud();
    const seen: string[] = [];
    const noting = (name: string): CanActivate => ({
      canActivate: () => {
        seen.push(name);
        return true;
      },
    });
    const { url } = await nestApp()
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          guards: [noting('first'), OpenGuard, noting('last')],
          tokenEndpoint: `${cloud.url}/connect/token`,
        }),
      )
      .on(platform)
      .start();

    expect((await askForToken(url, cloud)).status).toBe(200);
    expect(seen).toStrictEqual(['first', 'last']);
  });
});
