import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import type { TenantSettings } from '../../../lib/index.js';
import { TenantContext } from '../../../lib/tenants/tenant-context.js';
import { ManualTokenClock } from '../../../lib/testing/index.js';
import type { TokenRequest } from '../../../lib/client-credentials/token-transport.js';
import type { AccessToken } from '../../../lib/token/access-token.js';
import { heldAnswer } from '../../support/held-answer.js';
import { rejectionOf } from '../../support/rejection.js';
import { scaled } from '../../support/scale.js';
import { granted, refused, tokenTower } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const HOUR_MS = 3_600_000;
const C = AsposeAuthErrorCode;

const clientIdIn = ({ body }: TokenRequest) =>
  String(new URLSearchParams(body).get('client_id'));

const pairOf = (clientId: string) => ({ clientId, clientSecret: 'of-tenant' });

/** An engine whose tenants have credentials named after them, and tokens that tell whose they are. */
function tenantTower(
  settings: Partial<TenantSettings> = {},
  capacity = 10_000,
) {
  const clock = new ManualTokenClock();
  const memory = new CredentialMemory(clock, capacity);
  const context = new TenantContext();
  const asked: string[] = [];
  const tower = tokenTower(
    {
      tenants: {
        credentials: (tenant) => {
          asked.push(tenant);
          return pairOf(`id-of-${tenant}`);
        },
        idleMs: 24 * HOUR_MS,
        ...settings,
      },
    },
    { clock, memory, tenants: context },
  );
  let issued = 0;
  tower.answer = (request) =>
    granted(`${clientIdIn(request)}.${(issued += 1)}`);
  const tokenOf = (tenant: string, options = {}) =>
    context.run(tenant, () => tower.tokens.getToken(options));
  return { ...tower, tower, context, memory, asked, tokenOf };
}

describe('The tokens of tenants', () => {
  it('are those of the current one', async () => {
    const { tokenOf, requests } = tenantTower();

    const values = await Promise.all(
      ['a', 'b', 'a'].map(async (tenant) => (await tokenOf(tenant)).value),
    );

    expect(values).toEqual(['id-of-a.1', 'id-of-b.2', 'id-of-a.1']);
    expect(requests).toHaveLength(2);
  });

  it('are there at once while they are fresh', async () => {
    const { tokenOf } = tenantTower();
    const token = await tokenOf('a');

    const next = watch(tokenOf('a'));
    await Promise.resolve();

    expect(next.value).toBe(token);
  });

  it('are none while no tenant is current', async () => {
    const { tokens, tokenOf, requests } = tenantTower();
    await tokenOf('a');

    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: C.NO_TENANT,
      message: expect.stringContaining('AsposeTenants.run(id, …)'),
    });
    expect(tokens.peekToken()).toBeUndefined();
    expect(tokens.clientId).toBeUndefined();
    expect(tokens.hold()).toBeUndefined();
    expect(tokens.explain()).toEqual({ mode: 'tenants', tenants: 1 });
    expect(requests).toHaveLength(1);
  });

  it('are explained by the current tenant', async () => {
    const { tokens, tokenOf, context } = tenantTower();
    await tokenOf('a');

    context.run('a', () => {
      expect(tokens.explain()).toMatchObject({
        mode: 'tenants',
        tenants: 1,
        clientId: 'id-of-a',
        token: { state: 'fresh' },
      });
      expect(tokens.clientId).toBe('id-of-a');
      expect(tokens.peekToken()?.value).toBe('id-of-a.1');
    });
  });

  it('are looked up and fetched once for a thousand first calls', async () => {
    const { tokenOf, requests, asked } = tenantTower();

    const tokens = await Promise.all(
      Array.from({ length: 1_000 }, () => tokenOf('a')),
    );

    expect(new Set(tokens).size).toBe(1);
    expect(asked).toEqual(['a']);
    expect(requests).toHaveLength(1);
  });

  it('have events that tell tenants apart and do not name them', async () => {
    const { tokenOf, events } = tenantTower();
    await tokenOf('a');
    await tokenOf('b');

    const tenants = events.map(({ tenant }) => tenant);
    expect(new Set(tenants).size).toBe(2);
    for (const tenant of tenants) expect(tenant).toMatch(/^[0-9a-f]{8}$/);
  });

  it('share a pair that two tenants have: one token, one refusal', async () => {
    const { tokenOf, requests, script } = tenantTower({
      credentials: () => pairOf('shared'),
    });
    const tokens = await Promise.all(
      ['a', 'b'].flatMap((tenant) =>
        Array.from({ length: 500 }, () => tokenOf(tenant)),
      ),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(requests).toHaveLength(1);

    const wrong = tenantTower({ credentials: () => pairOf('wrong') });
    wrong.tower.answer = refused;
    const errors = await Promise.all(
      ['a', 'b'].flatMap((tenant) =>
        Array.from({ length: 500 }, () => rejectionOf(wrong.tokenOf(tenant))),
      ),
    );
    expect(errors).toHaveLength(1_000);
    expect(wrong.requests).toHaveLength(1);
    expect(script).toEqual([]);
  });

  it('of a good tenant do not wait for one that is refused', async () => {
    const { tower, tokenOf } = tenantTower();
    const { answer } = tower;
    tower.answer = (request, ...signals) =>
      clientIdIn(request) === 'id-of-bad'
        ? refused()
        : answer(request, ...signals);
    await rejectionOf(tokenOf('bad'));

    expect((await tokenOf('good')).value).toBe('id-of-good.1');
    expect(await rejectionOf(tokenOf('bad'))).toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 60_000,
    });
  });
});

describe("A tenant's credentials", () => {
  it('are looked up before each renewal: a new pair counts then', async () => {
    let pair = pairOf('first');
    const { tokenOf, clock } = tenantTower({ credentials: () => pair });
    await tokenOf('a');
    pair = pairOf('second');
    expect((await tokenOf('a')).value).toBe('first.1');

    await clock.advance(HOUR_MS);

    expect((await tokenOf('a')).value).toBe('second.2');
  });

  it('count at once when the tenant is forgotten', async () => {
    let pair = pairOf('first');
    const { tokenOf, context } = tenantTower({ credentials: () => pair });
    await tokenOf('a');
    pair = pairOf('second');

    context.forget('a');

    expect((await tokenOf('a')).value).toBe('second.2');
  });

  it('count for who waits while the tenant is forgotten', async () => {
    let pair = pairOf('first');
    const { tokenOf, tower, context, clock } = tenantTower({
      credentials: () => pair,
    });
    const held = heldAnswer();
    tower.script.push(held.answer);
    const waiting = tokenOf('a');
    await clock.advance(0);
    pair = pairOf('second');

    context.forget('a');

    expect((await waiting).value).toMatch(/^second\./);
  });

  it('that are gone take the token along at the next renewal, and at once if the tenant is forgotten', async () => {
    let pair: ReturnType<typeof pairOf> | undefined = pairOf('first');
    const { tokenOf, clock, context } = tenantTower({
      credentials: () => pair,
    });
    const gone = { code: C.UNKNOWN_TENANT, retryAfterMs: 30_000 };
    await tokenOf('a');
    pair = undefined;
    expect((await tokenOf('a')).value).toBe('first.1');

    await clock.advance(0.8 * HOUR_MS);
    await tokenOf('a').catch(() => {});
    await clock.advance(0);

    expect(await rejectionOf(tokenOf('a'))).toMatchObject(gone);
    pair = pairOf('second');
    context.forget('a');
    expect((await tokenOf('a')).value).toBe('second.2');
    pair = undefined;
    context.forget('a');
    expect(await rejectionOf(tokenOf('a'))).toMatchObject(gone);
  });

  it('that nobody has are looked up once in 30 s', async () => {
    const { tokenOf, asked, clock, requests } = tenantTower({
      credentials: (tenant) => {
        asked.push(tenant);
        return undefined;
      },
    });
    const calls = await Promise.all(
      Array.from({ length: 100 }, () => rejectionOf(tokenOf('nobody'))),
    );
    await rejectionOf(tokenOf('nobody'));

    for (const error of calls)
      expect(error).toMatchObject({ code: C.UNKNOWN_TENANT });
    expect(asked).toEqual(['nobody']);
    await clock.advance(30_000);
    await rejectionOf(tokenOf('nobody'));
    expect(asked).toHaveLength(2);
    expect(requests).toEqual([]);
  });

  it('are used on when the look-up fails', async () => {
    let isDown = false;
    const { tokenOf, clock, events } = tenantTower({
      credentials: async () => {
        if (isDown) throw new Error('the vault is sealed');
        return pairOf('first');
      },
    });
    await tokenOf('a');
    isDown = true;
    await clock.advance(HOUR_MS);

    expect((await tokenOf('a')).value).toBe('first.2');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'credentials-kept' }),
    );
  });

  it('are looked up with a signal that ends with the wait', async () => {
    const signals: AbortSignal[] = [];
    const { tokenOf, clock } = tenantTower({
      credentials: (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    const failing = rejectionOf(tokenOf('a'));
    await clock.advance(10_000);

    expect(await failing).toMatchObject({
      code: C.CREDENTIALS_UNAVAILABLE,
      message: expect.stringContaining('the option tenants.credentials'),
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('A tenant that was evicted', () => {
  it('does not ask again within the hold of its refusal', async () => {
    const { tokenOf, tower, requests } = tenantTower({ max: 1 });
    tower.answer = refused;
    await rejectionOf(tokenOf('bad'));
    tower.answer = () => granted('good');
    await tokenOf('good');

    expect(await rejectionOf(tokenOf('bad'))).toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 60_000,
    });
    expect(requests).toHaveLength(2);
  });

  it('leaves nothing in use behind, nor does one that is gone', async () => {
    let isThere = true;
    const credentials = (tenant: string) =>
      isThere ? pairOf(tenant) : undefined;
    const { tokenOf, clock, memory } = tenantTower({ max: 1, credentials }, 1);
    for (const tenant of ['a', 'b', 'c']) await tokenOf(tenant);
    isThere = false;
    await clock.advance(HOUR_MS);
    await rejectionOf(tokenOf('c'));

    memory.use('another', {});
    expect(memory.size).toBe(1);
  });
});

describe('A request that began with a tenant', () => {
  it('keeps it, whichever is current later', async () => {
    const { context, tokens } = tenantTower();
    const pinned = context.run('a', () => tokens.pin());

    const first = await context.run('b', () => pinned.getToken());
    const second = await pinned.getToken({
      unauthorized: { token: first, origin: 'https://api.aspose.cloud' },
    });

    expect([first.value, second.value]).toEqual(['id-of-a.1', 'id-of-a.2']);
    expect(pinned.peekToken()).toBe(second);
  });

  it('keeps it when the tenant is evicted meanwhile', async () => {
    const { context, tokens, tokenOf } = tenantTower({ max: 1 });
    const pinned = context.run('a', () => tokens.pin());
    const token = await pinned.getToken();
    await tokenOf('b');

    const other = await pinned.getToken({ unauthorized: { token } });

    expect(other.value).toBe('id-of-a.3');
  });

  it('has none, if no tenant was current', async () => {
    const { tokens } = tenantTower();

    expect(await rejectionOf(tokens.pin().getToken())).toMatchObject({
      code: C.NO_TENANT,
    });
  });
});

describe('reset() and close()', () => {
  it('concern the current tenant, or all of them', async () => {
    const { tower, tokenOf, tokens, context } = tenantTower();
    tower.answer = refused;
    for (const tenant of ['a', 'b']) await rejectionOf(tokenOf(tenant));
    const held = (tenant: string) =>
      context.run(tenant, () => tokens.hold()?.reason);

    context.run('a', () => tokens.reset());
    expect([held('a'), held('b')]).toEqual([undefined, 'refused']);
    tokens.reset();
    expect([held('a'), held('b')]).toEqual([undefined, undefined]);
  });

  it('closes all', async () => {
    const { tokenOf, tokens } = tenantTower();
    await tokenOf('a');

    tokens.close();

    expect((await tokenOf('a')).value).toBe('id-of-a.1');
    expect(await rejectionOf(tokenOf('b'))).toMatchObject({
      code: C.SHUT_DOWN,
    });
  });
});

const TENANTS = ['a', 'b', 'c', 'd', 'e'] as const;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('call'),
      tenant: fc.constantFrom(...TENANTS),
    }),
  },
  fc.record({ do: fc.constant('rotate'), tenant: fc.constantFrom(...TENANTS) }),
  fc.record({ do: fc.constant('leave'), tenant: fc.constantFrom(...TENANTS) }),
  fc.record({ do: fc.constant('forget'), tenant: fc.constantFrom(...TENANTS) }),
  fc.record({ do: fc.constant('revoke'), tenant: fc.constantFrom(...TENANTS) }),
  fc.record({ do: fc.constant('refuse'), tenant: fc.constantFrom(...TENANTS) }),
  fc.record({
    do: fc.constant('wait'),
    ms: fc.constantFrom(1, 5_000, 40_000, HOUR_MS),
  }),
);

it('hand nobody a token of another tenant, whatever happens between the calls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const versions = new Map<string, number>();
      const left = new Set<string>();
      const refusedIds = new Set<string>();
      const idOf = (tenant: string) => `${tenant}-${versions.get(tenant) ?? 0}`;
      const { tower, tokenOf, clock, context } = tenantTower({
        max: 2,
        idleMs: 60_000,
        credentials: async (tenant) => {
          const pair = left.has(tenant) ? undefined : pairOf(idOf(tenant));
          await Promise.resolve();
          return pair;
        },
      });
      const { answer } = tower;
      tower.answer = (request, ...signals) =>
        refusedIds.has(clientIdIn(request))
          ? refused()
          : answer(request, ...signals);
      const last = new Map<string, AccessToken>();
      const calls: Promise<unknown>[] = [];
      const wrong: string[] = [];
      const call = async (tenant: string, options = {}) => {
        const token = await tokenOf(tenant, options);
        if (token.value.split('-')[0] !== tenant)
          wrong.push(`${tenant} got ${token.value}`);
        last.set(tenant, token);
        return token;
      };
      for (const { do: what, ...rest } of steps) {
        const { tenant = '', ms = 0 } = rest as {
          tenant?: string;
          ms?: number;
        };
        if (what === 'wait') await clock.advance(ms);
        if (what === 'rotate')
          versions.set(tenant, (versions.get(tenant) ?? 0) + 1);
        if (what === 'leave') left.add(tenant);
        if (what === 'refuse') refusedIds.add(idOf(tenant));
        if (what === 'forget') {
          const version = versions.get(tenant) ?? 0;
          const hadLeft = left.has(tenant);
          context.forget(tenant);
          const ask = async () => {
            const token = await call(tenant);
            if (hadLeft || versionOf(token) < version)
              wrong.push(`${tenant} got ${token.value} after it was forgotten`);
          };
          calls.push(ask().catch(unlessOfToken));
        }
        const token = last.get(tenant);
        if (what === 'revoke' && token !== undefined)
          calls.push(
            call(tenant, { unauthorized: { token } }).catch(unlessOfToken),
          );
        if (what === 'call') calls.push(call(tenant).catch(unlessOfToken));
      }
      await clock.advance(60_000);
      await Promise.all(calls);
      expect(wrong).toEqual([]);
    }),
    { numRuns: scaled(60, 1_000) },
  );
});

const versionOf = ({ value }: AccessToken) => Number(/-(\d+)/.exec(value)?.[1]);

function unlessOfToken(error: unknown): void {
  if (!String((error as { code?: string }).code).startsWith('ASPOSE_AUTH_'))
    throw error;
}
