import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { askFor } from './emulator-requests.js';

describe('The faults of the emulator', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  describe.each(['token', 'api'] as const)('on the %s path', (path) => {
    it('happen as often as told, after those queued before', async () => {
      cloud.failNext({ kind: 'status', status: 500 }, { path, times: 2 });
      cloud.failNext({ kind: 'status', status: 503 }, { path });
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++)
        statuses.push((await askFor(cloud, path)).status);

      expect(statuses).toEqual([500, 500, 503, 200]);
    });

    it('can last until the emulator heals', async () => {
      cloud.failNext({ kind: 'empty', status: 500 }, { path, times: Infinity });
      for (let i = 0; i < 20; i++) {
        expect((await askFor(cloud, path)).status).toBe(500);
      }
      cloud.heal();

      expect((await askFor(cloud, path)).status).toBe(200);
    });
  });

  it('wait for token requests unless told otherwise', async () => {
    cloud.failNext({ kind: 'status', status: 500 });

    expect((await askFor(cloud, 'api')).status).toBe(200);
    expect((await askFor(cloud, 'token')).status).toBe(500);
  });
});
