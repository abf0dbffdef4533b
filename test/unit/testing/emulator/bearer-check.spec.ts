import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { checkBearer } from '../../../../lib/testing/emulator/bearer-check.js';
import { callApi } from './emulator-requests.js';

describe('checkBearer', () => {
  const check = (authorization: string | undefined) =>
    checkBearer(authorization, (token) =>
      token === 'good' ? undefined : `${token} is bad`,
    );

  it.each(['Bearer good', 'bearer good', 'BEARER   good '])(
    'accepts "%s"',
    (authorization) => {
      expect(check(authorization)).toEqual({ token: 'valid' });
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic eDp5', 'Bearer a b'])(
    'asks for a token after "%s"',
    (authorization) => {
      expect(check(authorization)).toEqual({
        token: 'none',
        unauthorized: {
          status: 401,
          headers: { 'WWW-Authenticate': 'Bearer' },
        },
      });
    },
  );

  it('gives the reason why a token is invalid', () => {
    const { token, unauthorized } = check('Bearer old');

    expect(token).toBe('invalid');
    expect(unauthorized?.headers).toEqual({
      'WWW-Authenticate':
        'Bearer error="invalid_token", error_description="old is bad"',
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
