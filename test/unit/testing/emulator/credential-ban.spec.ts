import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { requestToken } from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

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
