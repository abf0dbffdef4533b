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
import {
  granted,
  refused,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
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
    expect(tokens.explain()).toEqual({
      mode: 'tenants',
      tenants: 1,
      acquisitions: { memory: 0, store: 0, endpoint: 1 },
    });
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

  it('are looked up once when they are gone while a caller has a token that ends soon', async () => {
    let isThere = true;
    const { tokenOf, asked, clock } = tenantTower({
      credentials: async (tenant) => {
        asked.push(tenant);
        return isThere ? pairOf(tenant) : undefined;
      },
    });
    await tokenOf('a');
    isThere = false;
    await clock.advance(HOUR_MS - 20_000);

    expect(await rejectionOf(tokenOf('a'))).toMatchObject({
      code: C.UNKNOWN_TENANT,
      retryAfterMs: 30_000,
    });
    expect(asked).toEqual(['a', 'a']);
  });

  it('that turn out to be gone too late leave nothing in use behind', async () => {
    let look: (tenant: string) => ReturnType<typeof pairOf> | undefined =
      pairOf;
    const { tokenOf, clock, memory } = tenantTower(
      {
        credentials: async (tenant) => {
          const pair = look(tenant);
          if (pair === undefined)
            await new Promise<void>((resolve) => {
              clock.schedule(6_000, resolve);
            });
          return pair;
        },
      },
      1,
    );
    await tokenOf('a');
    look = () => undefined;
    await clock.advance(HOUR_MS);
    const call = tokenOf('a');
    await clock.advance(6_000);
    expect((await call).value).toBe('a.2');

    look = pairOf;
    await tokenOf('b');

    expect(await rejectionOf(tokenOf('a'))).toMatchObject({
      code: C.UNKNOWN_TENANT,
    });
    expect(memory.size).toBe(1);
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

describe('The ban of Aspose', () => {
  const TEN_MINUTES = 600_000;

  it.each<[string, (towers: ReturnType<typeof tenantTower>) => unknown]>([
    ['is forgotten', ({ context }) => context.forget('bad')],
    ['is evicted', ({ tokenOf }) => tokenOf('good')],
  ])(
    'is out of reach where refusals take long and the tenant %s meanwhile',
    async (_, leave) => {
      const towers = tenantTower({ max: 1 });
      const { tower, tokenOf, clock, requests } = towers;
      const { answer } = tower;
      tower.answer = (request, signal) => {
        if (clientIdIn(request) !== 'id-of-bad') return answer(request, signal);
        const late = new Promise<void>((resolve) => {
          clock.schedule(12_000, resolve);
        });
        return Promise.race([late.then(refused), silence(request, signal)]);
      };
      for (let ms = 0; ms < TEN_MINUTES; ms += 11_000) {
        const call = tokenOf('bad').catch(unlessOfToken);
        await clock.advance(10_500);
        await call;
        await leave(towers);
        await clock.advance(500);
      }

      const bad = requests.filter((one) => clientIdIn(one) === 'id-of-bad');
      expect(bad.length).toBeLessThanOrEqual(4);
    },
  );
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
    const { tokenOf, tokens, clock, context, requests } = tenantTower({
      idleMs: HOUR_MS / 2,
    });
    for (const tenant of ['a', 'c']) await tokenOf(tenant);

    tokens.close();

    expect((await tokenOf('a')).value).toBe('id-of-a.1');
    context.forget('c');
    await clock.advance(HOUR_MS / 2);
    for (const tenant of ['a', 'b', 'c'])
      expect(await rejectionOf(tokenOf(tenant))).toMatchObject({
        code: C.SHUT_DOWN,
      });
    expect(requests).toHaveLength(2);
  });

  it('of something else, as the reason of a signal, is no reason to ask again', async () => {
    const { tokenOf, tokens } = tenantTower();
    await tokenOf('a');
    tokens.close();
    const closed = await rejectionOf(tokenOf('b'));
    const another = tenantTower();

    expect(
      await rejectionOf(
        another.tokenOf('a', { signal: AbortSignal.abort(closed) }),
      ),
    ).toBe(closed);
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
    do: fc.constant('dawdle'),
    ms: fc.constantFrom(0, 500, 6_000),
  }),
  fc.record({
    do: fc.constant('wait'),
    ms: fc.constantFrom(1, 5_000, 40_000, HOUR_MS),
  }),
);

const limits = fc.record({
  max: fc.constantFrom(1, 2, TENANTS.length),
  idleMs: fc.constantFrom(60_000, 24 * HOUR_MS),
});

/** What tenants may get: written down beside the calls, and compared with what they got. */
class TenantModel {
  readonly wrong: string[] = [];
  readonly refused = new Set<string>();
  readonly #versions = new Map<string, number>();
  readonly #left = new Set<string>();
  /** What the last look-up of a tenant came to, and when. */
  readonly #found = new Map<
    string,
    { clientId: string | undefined; atMs: number }
  >();
  readonly #clock: ManualTokenClock;

  constructor(clock: ManualTokenClock) {
    this.#clock = clock;
  }

  rotate(tenant: string): void {
    this.#versions.set(tenant, this.#versionOf(tenant) + 1);
  }

  leave(tenant: string): void {
    this.#left.add(tenant);
  }

  refuse(tenant: string): void {
    this.refused.add(this.#idOf(tenant));
  }

  lookUp(tenant: string) {
    const clientId = this.#left.has(tenant) ? undefined : this.#idOf(tenant);
    this.#found.set(tenant, { clientId, atMs: this.#clock.monotonicNow() });
    return clientId === undefined ? undefined : pairOf(clientId);
  }

  /** A request is made with what was looked up before it, 5 s ago at the most. */
  noteRequest(clientId: string): void {
    const found = this.#found.get(tenantIn(clientId));
    const ageMs = this.#clock.monotonicNow() - (found?.atMs ?? -Infinity);
    if (found?.clientId !== clientId || ageMs > 5_000)
      this.wrong.push(`${clientId} asked, ${found?.clientId} was found`);
  }

  /** Watches a call that begins now. */
  watch(
    tenant: string,
    since: 'forgotten' | 'kept',
  ): (token: AccessToken) => void {
    const before = this.#found.get(tenant);
    const wasGone = before !== undefined && before.clientId === undefined;
    const hadLeft = this.#left.has(tenant);
    const version = this.#versionOf(tenant);
    return ({ value }) => {
      const isOthers = tenantIn(value) !== tenant;
      const isOfNobody = wasGone && this.#found.get(tenant) === before;
      const isOld =
        since === 'forgotten' && (hadLeft || versionIn(value) < version);
      if (isOthers || isOfNobody || isOld)
        this.wrong.push(`${tenant}, ${since}, got ${value}`);
    };
  }

  #versionOf(tenant: string): number {
    return this.#versions.get(tenant) ?? 0;
  }

  #idOf(tenant: string): string {
    return `${tenant}-${this.#versionOf(tenant)}`;
  }
}

const tenantIn = (value: string) => value.split('-')[0]!;

const versionIn = (value: string) => Number(/-(\d+)/.exec(value)?.[1]);

it('hand nobody a token of another tenant, nor one of credentials that are gone, whatever happens between the calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      limits,
      fc.array(step, { maxLength: 60, size: 'max' }),
      async (limits, steps) => {
        const { tower, tokenOf, clock, context } = tenantTower({
          ...limits,
          credentials: async (tenant) => {
            const pair = model.lookUp(tenant);
            await Promise.resolve();
            return pair;
          },
        });
        const model = new TenantModel(clock);
        const { answer } = tower;
        let answerMs = 0;
        tower.answer = async (request, ...signals) => {
          const clientId = clientIdIn(request);
          model.noteRequest(clientId);
          if (answerMs > 0)
            await new Promise<void>((resolve) => {
              clock.schedule(answerMs, resolve);
            });
          return model.refused.has(clientId)
            ? refused()
            : answer(request, ...signals);
        };
        const last = new Map<string, AccessToken>();
        const calls: Promise<unknown>[] = [];
        const call = async (
          tenant: string,
          options: object,
          since: 'forgotten' | 'kept',
        ) => {
          const judge = model.watch(tenant, since);
          try {
            const token = await tokenOf(tenant, options);
            judge(token);
            last.set(tenant, token);
          } catch (error) {
            unlessOfToken(error);
          }
        };
        for (const { do: what, ...rest } of steps) {
          const { tenant = '', ms = 0 } = rest as {
            tenant?: string;
            ms?: number;
          };
          if (what === 'wait') await clock.advance(ms);
          if (what === 'dawdle') answerMs = ms;
          if (what === 'rotate') model.rotate(tenant);
          if (what === 'leave') model.leave(tenant);
          if (what === 'refuse') model.refuse(tenant);
          if (what === 'forget') {
            context.forget(tenant);
            calls.push(call(tenant, {}, 'forgotten'));
          }
          const token = last.get(tenant);
          if (what === 'revoke' && token !== undefined)
            calls.push(call(tenant, { unauthorized: { token } }, 'kept'));
          if (what === 'call') calls.push(call(tenant, {}, 'kept'));
        }
        await clock.advance(60_000);
        await Promise.all(calls);
        expect(model.wrong).toEqual([]);
      },
    ),
    { numRuns: scaled(40, 1_000) },
  );
}, 300_000);

function unlessOfToken(error: unknown): void {
  if (!String((error as { code?: string }).code).startsWith('ASPOSE_AUTH_'))
    throw error;
}
