import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AsposeCloudEmulator } from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { callApi, fetchToken, requestToken } from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

const SIGNATURE_IS_INVALID =
  'Bearer error="invalid_token", error_description="The signature is invalid"';

describe('The tokens of API calls to the emulator', () => {
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

  it('are asked for when none is sent', async () => {
    await expectRefusal(await callApi(cloud, undefined), 'Bearer');
    const basic = { headers: { Authorization: 'Basic eDp5' } };
    await expectRefusal(await fetch(`${cloud.url}/x`, basic), 'Bearer');
  });

  it('are refused when they are not its own', async () => {
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
      await expectRefusal(await callApi(cloud, stranger), SIGNATURE_IS_INVALID);
    }
  });

  it('expire to the millisecond', async () => {
    cloud.lifetimeSeconds = 3;
    const token = await fetchToken(cloud);

    now.advanceSeconds(2.999);
    expect((await callApi(cloud, token)).status).toBe(200);
    now.advanceSeconds(0.001);
    await expectRefusal(
      await callApi(cloud, token),
      `Bearer error="invalid_token", error_description="The token expired at '11/22/2026 08:00:03'"`,
    );
  });

  it('can be revoked all at once', async () => {
    const revoked = [await fetchToken(cloud), cloud.issueToken()];
    cloud.revokeAll();

    for (const token of revoked) {
      await expectRefusal(await callApi(cloud, token), SIGNATURE_IS_INVALID);
    }
    expect((await callApi(cloud, await fetchToken(cloud))).status).toBe(200);
  });

  it('can be issued without a token request', async () => {
    const token = cloud.issueToken({ lifetimeSeconds: 1 });

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

  it('are sorted in the records of the calls', async () => {
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

  it('can be one static token, without any token endpoint', async () => {
    await using container = await AsposeCloudEmulator.start({
      staticToken: 'ace8955d11cf82e9189ea349976da6f',
    });

    expect(container.issueToken()).toBe('ace8955d11cf82e9189ea349976da6f');
    container.revokeAll();
    const { status } = await callApi(container, container.issueToken());
    expect(status).toBe(200);
    await expectRefusal(
      await callApi(container, cloud.issueToken()),
      SIGNATURE_IS_INVALID,
    );
    expect((await requestToken(container)).status).toBe(404);
    expect(container.counters.tokenRequests).toBe(1);
  });
});

async function expectRefusal(answer: Response, challenge: string) {
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(challenge);
  expect(await answer.text()).toBe('');
}
