import { describe, expect, it } from 'vitest';

import { buildTokenTower } from '../../../lib/clients/token-tower.js';
import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import {
  AsposeAuthErrorCode,
  type AsposeAuthModuleOptions,
  type AsposeTokenEvent,
} from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { ManualTokenClock } from '../../../lib/testing/index.js';
import type { TokenRequest } from '../../../lib/client-credentials/token-transport.js';
import { rejectionOf } from '../../support/rejection.js';
import {
  granted,
  json,
  silence,
  tokenTower,
} from '../../support/token-tower.js';

/** The tower of some options, the requests that it makes, and its events. */
function towerOf(options: AsposeAuthModuleOptions) {
  const requests: TokenRequest[] = [];
  const events: AsposeTokenEvent[] = [];
  const clock = new ManualTokenClock({ wallMs: 1_000 });
  const tokens = buildTokenTower({
    client: 'reports',
    options: resolveOptions(options),
    clock,
    memory: new CredentialMemory(clock),
    transport: async (request) => {
      requests.push(request);
      return granted('granted');
    },
    onEvent: (event) => events.push(event),
  });
  return { tokens, requests, events };
}

describe('A token tower', () => {
  it('says in every event whose it is', async () => {
    const { tokens, events } = towerOf({
      clientId: 'the id',
      clientSecret: 'the secret',
    });

    await tokens.getToken();
    tokens.reset();
    tokens.close();

    expect(
      events.map(({ client, at, type }) => ({ client, at, type })),
    ).toStrictEqual([
      { client: 'reports', at: 1_000, type: 'fetched' },
      { client: 'reports', at: 1_000, type: 'reset' },
      { client: 'reports', at: 1_000, type: 'closed' },
    ]);
    expect(tokens.explain().decisions).toStrictEqual(events);
  });

  it('fetches tokens with a client id and secret', async () => {
    const { tokens, requests } = towerOf({
      clientId: 'the id',
      clientSecret: 'the+secret',
    });

    expect((await tokens.getToken()).value).toBe('granted');
    expect(requests).toMatchObject([
      {
        url: 'https://api.aspose.cloud/connect/token',
        body: 'grant_type=client_credentials&client_id=the+id&client_secret=the%2Bsecret',
      },
    ]);
    expect(tokens.explain()).toMatchObject({
      mode: 'client-credentials',
      clientId: 'the id',
    });
  });

  it('sends them in the query, under the names the app gives them', async () => {
    const { tokens, requests } = towerOf({
      credentials: async () => ({ clientId: 'id', clientSecret: 'secret' }),
      baseUrl: 'https://host/api',
      tokenEndpoint: '/v4.0/cells/connect/token',
      credentialsIn: 'query',
      queryNames: { clientSecret: 'key' },
    });

    await tokens.getToken();

    expect(requests).toMatchObject([
      {
        url: 'https://host/api/v4.0/cells/connect/token?client_id=id&key=secret',
        body: 'grant_type=client_credentials',
      },
    ]);
  });

  it('hands out a static token', async () => {
    const { tokens, requests } = towerOf({ accessToken: 'static' });

    expect((await tokens.getToken()).value).toBe('static');
    expect(tokens.explain()).toStrictEqual({ mode: 'static', decisions: [] });
    expect(requests).toStrictEqual([]);
  });

  it("has no token with auth: 'none'", async () => {
    const { tokens, requests } = towerOf({ auth: 'none' });

    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: AsposeAuthErrorCode.DISABLED,
      message: expect.stringContaining("auth: 'none'"),
    });
    expect(tokens.explain()).toStrictEqual({ mode: 'disabled' });
    expect(requests).toStrictEqual([]);
  });

  it('refreshes tokens when the app wants it', async () => {
    const { tokens, clock, requests } = tokenTower({
      refresh: { earliest: 0.2, latest: 0.2 },
    });
    await tokens.getToken();
    const requestsAt = async (ms: number) => {
      await clock.advance(ms - clock.monotonicNow());
      await tokens.getToken();
      await clock.advance(0);
      return requests.length;
    };

    expect(await requestsAt(719_999)).toBe(1);
    expect(await requestsAt(720_000)).toBe(2);
  });

  it('waits for an attempt, and for all of them, as long as the app wants', async () => {
    const { tokens, clock, requests, script } = tokenTower({
      timeouts: { attemptMs: 100, flightMs: 1_000 },
    });
    script.push(silence, silence);

    const waiting = rejectionOf(tokens.getToken());
    await clock.advance(1_000);

    // The second attempt began after a pause of 875 ms.
    expect(requests).toHaveLength(2);
    expect(await waiting).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT,
    });
    expect(clock.scheduled).toEqual({ all: 2, ref: 0 });
    await clock.advance(30_000);
    expect(clock.scheduled.all).toBe(0);
  });

  it.each([1, 2, 4])(
    'makes as many attempts as the app wants: %i',
    async (attempts) => {
      const tower = tokenTower({ retry: { attempts } });
      tower.answer = () => json(500, {});

      const waiting = rejectionOf(tower.tokens.getToken());
      await tower.clock.advance(10_000);

      expect(await waiting).toMatchObject({
        code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
        attempts,
      });
      expect(tower.requests).toHaveLength(attempts);
    },
  );
});
