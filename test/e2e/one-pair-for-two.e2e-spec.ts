import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeClients,
  AsposeTenants,
  type TokenSource,
} from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import {
  startTenantCloud,
  type TenantCloud,
  tenantsAt,
} from '../support/tenant-cloud.js';

const C = AsposeAuthErrorCode;
const SHARED = { clientId: 'shared', clientSecret: 'of-both' };

/** Two that have one pair, and a way to end the first of them. */
interface Two {
  readonly one: TokenSource;
  readonly other: TokenSource;
  readonly end: () => void;
}

async function twoNames(cloud: TenantCloud): Promise<Two> {
  const options = { ...SHARED, baseUrl: cloud.url, warmUp: 'off' } as const;
  const { app } = await nestApp()
    .importing(
      AsposeAuthModule.forRoot(options),
      AsposeAuthModule.forRoot({ ...options, name: 'reports' }),
    )
    .start();
  const clients = app.get(AsposeClients);
  const one = clients.get().tokens;
  return { one, other: clients.get('reports').tokens, end: () => one.close() };
}

async function twoTenants(cloud: TenantCloud): Promise<Two> {
  const { app } = await nestApp()
    .with(tenantsAt(cloud, { credentials: () => SHARED }))
    .start();
  const tenants = app.get(AsposeTenants);
  return {
    one: tenants.for('a'),
    other: tenants.for('b'),
    end: () => tenants.forget('a'),
  };
}

const fiveHundred = (source: TokenSource) =>
  Array.from({ length: 500 }, () => source.getToken());

/** Holds the answers to token requests back. */
function hold(cloud: TenantCloud): () => void {
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  cloud.beforeToken = () => held;
  return goOn;
}

describe.each([
  ['names', twoNames],
  ['tenants', twoTenants],
])('Two %s with one pair', (_, startTwo) => {
  const start = async () => {
    const cloud = await startTenantCloud();
    const two = await startTwo(cloud);
    const goOn = hold(cloud);
    const hasAsked = () =>
      eventually(() => expect(cloud.tokenRequests).toEqual(['shared']));
    return { ...two, cloud, goOn, hasAsked };
  };

  it('share one token, cold, with five hundred callers each at once', async () => {
    const { one, other, cloud, goOn, hasAsked } = await start();

    const calls = [...fiveHundred(one), ...fiveHundred(other)];
    await hasAsked();
    goOn();

    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(cloud.tokenRequests).toEqual(['shared']);
  });

  it('share one refusal and its hold, where the pair is wrong', async () => {
    const { one, other, cloud, goOn } = await start();
    cloud.refused.add('shared');

    const calls = [...fiveHundred(one), ...fiveHundred(other)].map(rejectionOf);
    goOn();
    const codes = (await Promise.all(calls)).map(
      (error) => (error as { code?: string }).code,
    );

    expect(new Set(codes)).toEqual(new Set([C.CREDENTIALS_REFUSED]));
    for (const source of [one, other])
      expect(await rejectionOf(source.getToken())).toMatchObject({
        code: C.TOKEN_UNAVAILABLE,
        retryAfterMs: expect.toSatisfy((ms) => ms > 0 && ms <= 60_000),
      });
    expect(cloud.tokenRequests).toEqual(['shared']);
  });

  it('serve all callers of the other where the one that asked ends meanwhile', async () => {
    const { one, other, cloud, goOn, hasAsked, end } = await start();
    const first = one.getToken().catch((error: unknown) => error);
    await hasAsked();
    const calls = fiveHundred(other);

    end();
    goOn();

    const tokens = new Set(await Promise.all(calls));
    expect(tokens.size).toBe(1);
    await first;
    expect(cloud.tokenRequests.length).toBeLessThanOrEqual(2);
  });
});

describe('Two tenants with one pair', () => {
  it('cost one token request, though the one that asked is forgotten meanwhile', async () => {
    const cloud = await startTenantCloud();
    const { one, other, end } = await twoTenants(cloud);
    const goOn = hold(cloud);
    const first = one.getToken();
    await eventually(() => expect(cloud.tokenRequests).toHaveLength(1));
    const second = other.getToken();

    end();
    goOn();

    expect(await first).toBe(await second);
    expect(cloud.tokenRequests).toHaveLength(1);
  });

  it('share a token that comes late, though the one that asked was evicted meanwhile', async () => {
    const cloud = await startTenantCloud();
    const clock = new ManualTokenClock();
    const { app } = await nestApp()
      .with(
        tenantsAt(cloud, {
          max: 2,
          credentials: (id) =>
            id === 'c' ? { ...SHARED, clientId: 'c' } : SHARED,
        }),
      )
      .timedBy(clock)
      .start();
    const tenants = app.get(AsposeTenants);
    const goOn = hold(cloud);
    const calls = ['a', 'b'].map((id) =>
      rejectionOf(tenants.for(id).getToken()),
    );
    await eventually(() => expect(cloud.tokenRequests).toEqual(['shared']));
    await clock.advance(10_000);
    for (const error of await Promise.all(calls))
      expect(error).toMatchObject({ code: C.TOKEN_REQUEST_TIMEOUT });
    const asked = cloud.tokenRequests.length;
    const third = tenants.for('c').getToken();

    goOn();
    await third;

    const other = tenants.for('b');
    await eventually(() => expect(other.hold()).toBeUndefined());
    expect((await other.getToken()).value).toMatch(/^shared\./);
    expect(cloud.tokenRequests).toHaveLength(asked + 1);
  });
});
