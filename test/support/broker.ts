import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { expect } from 'vitest';

import {
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from './cloud.js';
import { nestApp } from './nest-app.js';
import type { Platform } from './platforms.js';
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

const keyGuard: CanActivate = {
  canActivate: (context: ExecutionContext) =>
    context.switchToHttp().getRequest<{ headers: Record<string, string> }>()
      .headers['x-key'] === 'key',
};

/** A broker for those who know the key. */
export function brokerModule(policy: TokenEndpointPolicy = {}) {
  return AsposeTokenEndpointModule.forRoot({
    mode: 'broker',
    guards: [keyGuard],
    ...policy,
  });
}

/** A caller who knows the key of a broker. */
export function callerOf(url: string) {
  /** Asks for a token. */
  const ask = ({
    headers = {},
    ...call
  }: EndpointCall = {}): Promise<EndpointAnswer> =>
    callEndpoint(url, {
      ...call,
      headers: { ...(headers as Record<string, string>), 'X-Key': 'key' },
    });
  /** Asks for a token, and expects one. */
  const grant = async (call?: EndpointCall): Promise<Grant> => {
    const { status, text } = await ask(call);
    expect({ status, text }).toMatchObject({ status: 200 });
    return JSON.parse(text) as Grant;
  };
  return { ask, grant };
}

/** Starts a broker, and an emulator that lives by the same clock. */
export async function startBroker(
  platform: Platform,
  policy?: TokenEndpointPolicy,
  lifetimeSeconds = 3600,
) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds,
    now: () => clock.wallNow(),
  });
  const { url, tokens } = await nestApp()
    .overCloud(cloud)
    .with({ retry: { attempts: 1 } })
    .importing(brokerModule(policy))
    .timedBy(clock)
    .on(platform)
    .start();
  return { cloud, clock, url, tokens, ...callerOf(url) };
}

/** A request that names the token that the caller was refused with. */
export function reporting(sha256: string): EndpointCall {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    unauthorized_token_sha256: sha256,
  });
  return { body };
}
