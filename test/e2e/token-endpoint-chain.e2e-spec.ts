import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  type AsposeAuthModuleOptions,
  AsposeHttpService,
  AsposeTokenService,
} from '../../lib/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';
import { nestApp } from '../support/nest-app.js';

const CALLS = scaled(100, 1_000);
const STATUS = '/v4.0/cells/status/check';
const SERVICE = { clientId: 'reports', clientSecret: 'key-of-reports' };

/** Knows callers by the client id and secret that they send, and counts them. */
class ServiceGuard implements CanActivate {
  asked: Record<string, unknown>[] = [];

  canActivate(context: ExecutionContext): boolean {
    const { body } = context
      .switchToHttp()
      .getRequest<{ body: Record<string, unknown> }>();
    this.asked.push({ ...body });
    return (
      body['client_id'] === SERVICE.clientId &&
      body['client_secret'] === SERVICE.clientSecret
    );
  }
}

describe.each(platforms)(
  'two apps in a chain on $platform',
  { timeout: 30_000 },
  (platform) => {
    /** An app that calls Aspose with tokens of a second one, the only one to know the secret. */
    const runChain = async (
      cloud: AsposeCloudEmulator,
      options: AsposeAuthModuleOptions = {},
    ) => {
      cloud.route('GET', STATUS, (_request, response) => {
        response.end('"OK"');
      });
      const guard = new ServiceGuard();
      const second = await nestApp()
        .overCloud(cloud)
        .importing(
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            guards: [guard],
          }),
        )
        .on(platform)
        .start();
      const first = await nestApp()
        .with({
          ...SERVICE,
          warmUp: 'off',
          baseUrl: cloud.url,
          tokenEndpoint: `${second.url}/v4.0/cells/connect/token`,
          ...options,
        })
        .on(platform)
        .start();
      const aspose = first.app.get(AsposeHttpService);
      const call = () => firstValueFrom(aspose.get<string>(STATUS));
      return {
        guard,
        call,
        callAtOnce: (count: number) =>
          Promise.all(Array.from({ length: count }, call)),
        tokens: [first, second].map(({ app }) => app.get(AsposeTokenService)),
      };
    };

    it(`make one token request each for ${CALLS} calls at once`, async () => {
      const cloud = await startCloud();
      const { guard, callAtOnce, tokens } = await runChain(cloud);

      const answers = await callAtOnce(CALLS);

      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(cloud.counters.callsWithValidToken).toBe(CALLS);
      expect(guard.asked).toStrictEqual([
        {
          grant_type: 'client_credentials',
          client_id: SERVICE.clientId,
          client_secret: SERVICE.clientSecret,
        },
      ]);
      expect(cloud.counters.tokenRequests).toBe(1);
      expect(tokens[0]?.peekToken()?.value).toBe(tokens[1]?.peekToken()?.value);
    }, 60_000);

    it('heal a revocation through both, with one more token request each', async () => {
      const cloud = await startCloud();
      const { guard, call, callAtOnce, tokens } = await runChain(cloud);
      await call();
      const revoked = tokens[0]?.peekToken();
      cloud.revokeAll();

      const answers = await callAtOnce(100);

      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(guard.asked).toHaveLength(2);
      expect(guard.asked[1]).toHaveProperty(
        'unauthorized_token_sha256',
        revoked?.sha256,
      );
      expect(cloud.counters.tokenRequests).toBe(2);
      expect(tokens[1]?.peekToken()?.value).not.toBe(revoked?.value);
      expect(tokens[0]?.peekToken()?.value).toBe(tokens[1]?.peekToken()?.value);
    });

    it('heal a revocation that the second knows of already without asking Aspose again', async () => {
      const cloud = await startCloud();
      const { guard, call, tokens } = await runChain(cloud);
      await call();
      cloud.revokeAll();
      const dead = tokens[1]?.peekToken();
      await tokens[1]?.getToken({
        unauthorized: dead && { token: dead, origin: cloud.url },
      });
      expect(cloud.counters.tokenRequests).toBe(2);

      expect((await call()).status).toBe(200);

      expect(guard.asked).toHaveLength(2);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('heal a revocation too where the credentials travel in the query', async () => {
      const cloud = await startCloud();
      const guard: CanActivate = {
        canActivate: (context) => {
          const { query } = context
            .switchToHttp()
            .getRequest<{ query: Record<string, unknown> }>();
          return query['Client Secret'] === SERVICE.clientSecret;
        },
      };
      const second = await nestApp()
        .overCloud(cloud)
        .importing(
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            guards: [guard],
          }),
        )
        .on(platform)
        .start();
      const { call } = await runChain(cloud, {
        tokenEndpoint: `${second.url}/v4.0/cells/connect/token`,
        credentialsIn: 'query',
        queryNames: { clientId: 'Client ID', clientSecret: 'Client Secret' },
      });
      expect((await call()).status).toBe(200);
      cloud.revokeAll();

      expect((await call()).status).toBe(200);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('never have the secret of the second leave it', async () => {
      const cloud = await startCloud();
      const { call, guard } = await runChain(cloud);

      await call();

      expect(JSON.stringify(guard.asked)).not.toContain(cloud.clientSecret);
      const { headers } = cloud.apiCalls[0] ?? {};
      const claims = headers?.authorization?.split('.')[1] ?? '';
      expect(Buffer.from(claims, 'base64url').toString()).toContain(
        cloud.clientId,
      );
    });
  },
);
