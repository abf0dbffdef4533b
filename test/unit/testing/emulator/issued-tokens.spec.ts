import { createPublicKey, verify } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/index.js';
import {
  IssuedTokens,
  signingKeys,
} from '../../../../lib/testing/emulator/issued-tokens.js';
import { callApi, fetchToken, requestToken } from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

const SIGNATURE_IS_INVALID =
  'Bearer error="invalid_token", error_description="The signature is invalid"';

describe('The tokens of the emulator', () => {
  let now: ManualNow;
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    now = new ManualNow();
    cloud = await AsposeCloudEmulator.start({ now: now.read });
  });
  afterEach(() => cloud.close());

  it.each(['/v4.0/cells', '/v4.0/cells/status/check', '/V4.0/Cells'])(
    'open the status route %s',
    async (path) => {
      const answer = await callApi(cloud, await fetchToken(cloud), path);

      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('"OK"');
    },
  );

  it('are signed by RS256, with the claims of Aspose Cloud', async () => {
    cloud.lifetimeSeconds = 3;
    const [header = '', payload = '', signature = ''] = (
      await fetchToken(cloud)
    ).split('.');
    const { publicKey } = await signingKeys();

    expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(decode(payload)).toEqual({
      nbf: Math.floor(now.ms / 1000),
      exp: Math.floor(now.ms / 1000) + 3,
      iss: 'https://api.aspose.cloud',
      aud: [
        'https://api.aspose.cloud/resources',
        'api.billing',
        'api.identity',
        'api.products',
        'api.storage',
      ],
      client_id: cloud.clientId,
      client_default_storage: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      client_identity_user_id: expect.any(String) as string,
      scope: ['api.billing', 'api.identity', 'api.products', 'api.storage'],
    });
    expect(
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${payload}`),
        createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
  });

  it('are never the same twice, not even in the same millisecond', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => fetchToken(cloud)),
    );

    expect(new Set(tokens).size).toBe(20);
  });

  it('are invalid when they are not its own', async () => {
    await using other = await AsposeCloudEmulator.start();
    const token = cloud.issueToken();
    const [header, payload, signature] = token.split('.');
    const otherPayload = other.issueToken().split('.')[1];

    for (const stranger of [
      'no-jwt',
      other.issueToken(),
      `${header}.${otherPayload}.${signature}`,
      `${header}.${payload}.`,
    ]) {
      await expectUnauthorized(
        await callApi(cloud, stranger),
        SIGNATURE_IS_INVALID,
      );
    }
  });

  it('expire to the millisecond', async () => {
    cloud.lifetimeSeconds = 3;
    const token = await fetchToken(cloud);

    now.advanceSeconds(2.999);
    expect((await callApi(cloud, token)).status).toBe(200);
    now.advanceSeconds(0.001);
    await expectUnauthorized(
      await callApi(cloud, token),
      `Bearer error="invalid_token", error_description="The token expired at '11/22/2026 08:00:03'"`,
    );
  });

  it('can be revoked all at once', async () => {
    const revoked = [await fetchToken(cloud), cloud.issueToken()];
    cloud.revokeAll();

    for (const token of revoked) {
      await expectUnauthorized(
        await callApi(cloud, token),
        SIGNATURE_IS_INVALID,
      );
    }
    expect((await callApi(cloud, await fetchToken(cloud))).status).toBe(200);
  });

  it('can be issued without a token request', async () => {
    cloud.lifetimeSeconds = 1;
    const token = cloud.issueToken();

    expect((await callApi(cloud, token)).status).toBe(200);
    now.advanceSeconds(1);
    expect((await callApi(cloud, token)).status).toBe(401);
    expect(cloud.counters.tokenRequests).toBe(0);
    expect(cloud.counters.tokensIssued).toBe(0);
  });

  it('are judged on arrival, however late the answer', async () => {
    const token = await fetchToken(cloud);
    cloud.latencyMs = 20;
    const call = callApi(cloud, token);
    await expect.poll(() => cloud.apiCalls.length).toBe(1);
    cloud.revokeAll();

    expect((await call).status).toBe(200);
  });

  it('can be one static token, without any token endpoint', async () => {
    await using container = await AsposeCloudEmulator.start({
      staticToken: 'ace8955d11cf82e9189ea349976da6f',
    });

    expect(container.issueToken()).toBe('ace8955d11cf82e9189ea349976da6f');
    container.revokeAll();
    const { status } = await callApi(container, container.issueToken());
    expect(status).toBe(200);
    await expectUnauthorized(
      await callApi(container, cloud.issueToken()),
      SIGNATURE_IS_INVALID,
    );
    expect((await requestToken(container)).status).toBe(404);
    expect(container.counters.tokenRequests).toBe(1);
  });
});

describe('What the token of a call is worth', () => {
  let tokens: IssuedTokens;

  beforeEach(async () => {
    tokens = new IssuedTokens(await signingKeys(), Date.now, 'good');
  });

  it.each(['Bearer good', 'bearer good', 'BEARER   good '])(
    'accepts "%s"',
    (authorization) => {
      expect(tokens.check(authorization)).toEqual({ token: 'valid' });
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic eDp5', 'Bearer a b'])(
    'asks for a token after "%s"',
    (authorization) => {
      expect(tokens.check(authorization)).toEqual({
        token: 'none',
        challenge: 'Bearer',
      });
    },
  );

  it('gives the reason why a token is invalid', () => {
    expect(tokens.check('Bearer old')).toEqual({
      token: 'invalid',
      challenge: SIGNATURE_IS_INVALID,
    });
  });
});

describe('The API calls of the emulator', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  it('are asked for a token when they bring none', async () => {
    const basic = { headers: { Authorization: 'Basic eDp5' } };
    for (const answer of [
      await callApi(cloud, undefined),
      await fetch(`${cloud.url}/x`, basic),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await answer.text()).toBe('');
    }
  });

  it('are recorded with what their token was', async () => {
    await callApi(cloud, cloud.issueToken(), '/a%20b?c=d');
    await callApi(cloud, 'invalid', '/e', { method: 'DELETE' });
    await callApi(cloud, undefined, '/f');

    expect(cloud.apiCalls).toMatchObject([
      { method: 'GET', path: '/a%20b', token: 'valid' },
      { method: 'DELETE', path: '/e', token: 'invalid' },
      { method: 'GET', path: '/f', token: 'none' },
    ]);
    expect(cloud.apiCalls[0]?.query.get('c')).toBe('d');
    expect(cloud.counters).toMatchObject({
      callsWithValidToken: 1,
      callsWithInvalidToken: 1,
      callsWithoutToken: 1,
    });
  });
});

async function expectUnauthorized(answer: Response, challenge: string) {
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(challenge);
  expect(await answer.text()).toBe('');
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
