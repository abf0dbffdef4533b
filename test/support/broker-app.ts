import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { expect } from 'vitest';

import {
  AsposeAuthModule,
  type AsposeAuthModuleOptions,
  AsposeTokenService,
} from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import {
  type AsposeCloudEmulator,
  ManualTokenClock,
} from '../../lib/testing/index.js';
import { optionsFor, startCloud } from './cloud.js';
import type { Platform } from './platforms.js';
import { runApp, type RunningApp } from './running-app.js';
import {
  callEndpoint,
  type EndpointAnswer,
  type EndpointCall,
} from './token-endpoint.js';

/** A token as a broker grants it. */
export interface Grant {
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type: string;
}

/** An app that hands out its token to those who know the key. */
export interface BrokerApp extends RunningApp {
  readonly clock: ManualTokenClock;
  readonly tokens: AsposeTokenService;
  /** Asks with the key. */
  readonly ask: (call?: EndpointCall) => Promise<EndpointAnswer>;
  /** Asks with the key, and expects a token. */
  readonly grant: (call?: EndpointCall) => Promise<Grant>;
}

const keyGuard: CanActivate = {
  canActivate: (context: ExecutionContext) =>
    context.switchToHttp().getRequest<{ headers: Record<string, string> }>()
      .headers['x-key'] === 'key',
};

/** Boots a broker, until the test ends. */
export async function runBroker(
  platform: Platform,
  options: AsposeAuthModuleOptions,
  policy: TokenEndpointPolicy = {},
  clock: ManualTokenClock = new ManualTokenClock(),
): Promise<BrokerApp> {
  const running = await runApp(
    platform,
    {
      imports: [
        AsposeAuthModule.forRoot({ retry: { attempts: 1 }, ...options }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          guards: [keyGuard],
          ...policy,
        }),
      ],
    },
    { clock },
  );
  const ask: BrokerApp['ask'] = ({ headers = {}, ...call } = {}) =>
    callEndpoint(running.url, {
      ...call,
      headers: { ...(headers as Record<string, string>), 'X-Key': 'key' },
    });
  return {
    ...running,
    clock,
    tokens: running.app.get(AsposeTokenService),
    ask,
    grant: async (call) => {
      const { status, text } = await ask(call);
      expect({ status, text }).toMatchObject({ status: 200 });
      return JSON.parse(text) as Grant;
    },
  };
}

/** Boots a broker before an emulator whose clock is that of the app. */
export async function runBrokerOfCloud(
  platform: Platform,
  policy?: TokenEndpointPolicy,
  lifetimeSeconds = 3600,
): Promise<BrokerApp & { readonly cloud: AsposeCloudEmulator }> {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds,
    now: () => clock.wallNow(),
  });
  const broker = await runBroker(platform, optionsFor(cloud), policy, clock);
  return { ...broker, cloud };
}

/** A request that names the token that the caller was refused with. */
export function refusing(sha256: string): EndpointCall {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    unauthorized_token_sha256: sha256,
  });
  return { body };
}
