import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/index.js';
import { fetchToken, requestToken, tokenForm } from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

const TOKEN_PATHS = [
  '/connect/token',
  '/v3.0/cells/connect/token',
  '/v4.0/cells/connect/token',
  '/v4.0/words/connect/token',
];

describe('A token request to the emulator', () => {
  const now = new ManualNow();
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start({ now: now.read });
  });
  afterEach(() => cloud.close());

  it.each(TOKEN_PATHS)('is granted at %s', async (path) => {
    const answer = await requestToken(cloud, {}, path);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(
      /^\{"access_token":"[\w.-]{850,1200}","expires_in":86400,"token_type":"Bearer"\}$/,
    );
  });

  it('is answered with the headers of Aspose Cloud', async () => {
    const { headers } = await requestToken(cloud);

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      'cache-control': 'no-store, no-cache, max-age=0',
      pragma: 'no-cache',
      'set-cookie': expect.stringMatching(/^AWSALB=./) as string,
      date: expect.any(String) as string,
    });
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['a wrong id', { client_id: 'wrong' }, 'invalid_client'],
    [
      'another grant',
      { grant_type: 'refresh_token' },
      'unsupported_grant_type',
    ],
    ['no grant', { grant_type: undefined }, 'invalid_request'],
    ['no id', { client_id: undefined }, 'invalid_request'],
    ['no secret', { client_secret: undefined }, 'invalid_request'],
  ])('is refused for %s', async (_, changes, error) => {
    const answer = await requestToken(cloud, changes);

    expect(answer.status).toBe(400);
    expect(await answer.text()).toBe(JSON.stringify({ error }));
    expect(cloud.counters.refusedTokenRequests).toBe(1);
    expect(cloud.counters.tokensIssued).toBe(0);
  });

  it.each([
    ['GET', { method: 'GET' }],
    ['PUT', { method: 'PUT', body: new URLSearchParams('grant_type=x') }],
    ['a POST of JSON', { method: 'POST', body: '{}' }],
    ['a POST of nothing', { method: 'POST' }],
  ])('is invalid as %s', async (_, init) => {
    const answer = await fetch(`${cloud.url}/connect/token`, init);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: 'invalid_request' });
  });

  it('may name its credentials in the query of the Cells proxy, in any letter case', async () => {
    const query = `Client_ID=${cloud.clientId}&CLIENT_SECRET=${cloud.clientSecret}`;
    const [proxy, platform] = await Promise.all(
      ['/v4.0/cells/connect/token', '/connect/token'].map((path) =>
        fetch(`${cloud.url}${path}?${query}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
        }),
      ),
    );

    expect(proxy?.status).toBe(200);
    expect(platform?.status).toBe(400);
    expect(await platform?.json()).toEqual({ error: 'invalid_request' });
  });

  it('may authenticate by HTTP Basic with form-encoded values', async () => {
    cloud.clientSecret = 'p+s: %w';
    const basic = Buffer.from(`${cloud.clientId}:p%2Bs%3A+%25w`);
    const answer = await fetch(`${cloud.url}/connect/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${basic.toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

    expect(answer.status).toBe(200);
  });

  it('needs the new secret after a rotation, while issued tokens stay valid', async () => {
    const token = await fetchToken(cloud);
    const oldSecret = cloud.clientSecret;
    cloud.clientSecret = 'new';

    expect((await requestToken(cloud)).status).toBe(200);
    expect(
      (await requestToken(cloud, { client_secret: oldSecret })).status,
    ).toBe(400);
    const answer = await fetch(`${cloud.url}/v4.0/cells`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  });

  it('can be looked at as it came over the wire', async () => {
    await fetch(`${cloud.url}/V4.0/words/connect/token?a=1&a=2`, {
      method: 'POST',
      headers: { 'X-Aspose-Client': 'nodejs sdk' },
      body: tokenForm(cloud),
    });

    const [request] = cloud.tokenRequests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/V4.0/words/connect/token',
      body: tokenForm(cloud).toString(),
      at: now.ms,
    });
    expect(request?.query.getAll('a')).toEqual(['1', '2']);
    expect(request?.headers['x-aspose-client']).toBe('nodejs sdk');
  });

  it('keeps no more than 64 KiB of its body', async () => {
    await requestToken(cloud, { padding: 'x'.repeat(1_000_000) });

    expect(cloud.tokenRequests[0]?.body).toHaveLength(64 * 1024);
  });
});

describe('The ban of refused credentials', () => {
  let now: ManualNow;
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    now = new ManualNow();
    cloud = await AsposeCloudEmulator.start({ now: now.read });
  });
  afterEach(() => cloud.close());

  const statusFor = async (changes: Record<string, string>) =>
    (await requestToken(cloud, changes)).status;
  const refuse = async (times: number, changes: Record<string, string>) => {
    for (let i = 0; i < times; i++) {
      expect(await statusFor(changes)).toBe(400);
    }
  };

  it('begins after five refusals and lasts ten minutes', async () => {
    await refuse(5, { client_secret: 'wrong' });

    const banned = await requestToken(cloud, { client_secret: 'wrong' });
    expect(banned.status).toBe(429);
    expect(banned.headers.get('retry-after')).toBe('600');
    expect(await banned.text()).toBe('');

    now.advanceSeconds(599.999);
    expect(await statusFor({ client_secret: 'wrong' })).toBe(429);
    now.advanceSeconds(0.001);
    expect(await statusFor({ client_secret: 'wrong' })).toBe(400);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 8,
      refusedTokenRequests: 6,
      bannedTokenRequests: 2,
    });
  });

  it('counts from zero after it has ended', async () => {
    await refuse(5, { client_secret: 'wrong' });
    now.advanceSeconds(600);

    await refuse(5, { client_secret: 'wrong' });
    expect(await statusFor({ client_secret: 'wrong' })).toBe(429);
  });

  it('adds refusals up however much time lies between them', async () => {
    for (let day = 0; day < 5; day++) {
      now.advanceSeconds(86_400);
      await refuse(1, { client_secret: 'wrong' });
    }

    expect(await statusFor({ client_secret: 'wrong' })).toBe(429);
  });

  it('concerns only the pair that failed', async () => {
    await refuse(5, { client_secret: 'wrong' });

    expect(await statusFor({})).toBe(200);
    expect(await statusFor({ client_secret: 'also wrong' })).toBe(400);
    expect(await statusFor({ client_secret: 'wrong', client_id: 'x' })).toBe(
      400,
    );
  });

  it('meets the correct pair after failures of its own', async () => {
    await refuse(5, { grant_type: 'password' });

    expect(await statusFor({})).toBe(429);
    now.advanceSeconds(600);
    expect(await statusFor({})).toBe(200);
  });

  it('does not count the refusals of a fault', async () => {
    cloud.failNext({ kind: 'refuse' }, { times: 6 });

    await refuse(6, {});
    expect(await statusFor({})).toBe(200);
    expect(cloud.counters.refusedTokenRequests).toBe(6);
  });

  it('has a threshold that can be set', async () => {
    await using lenient = await AsposeCloudEmulator.start({ banAfter: 1 });
    const wrong = { client_secret: 'wrong' };

    expect((await requestToken(lenient, wrong)).status).toBe(400);
    expect((await requestToken(lenient, wrong)).status).toBe(429);
  });
});
