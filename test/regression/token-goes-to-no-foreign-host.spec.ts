import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';

describe('another host than the API', () => {
  it('is not called with the token, nor without', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();
    expect(
      await rejectionOf(firstValueFrom(aspose.get(`${site.url}/v4.0/cells`))),
    ).toMatchObject({
      code: 'ASPOSE_AUTH_FOREIGN_ORIGIN',
      origin: site.url,
    });
    expect(site.requests).toEqual([]);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('that the API redirects to does not get the token', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();
    cloud.failNext(
      { kind: 'redirect', location: `${site.url}/file` },
      { path: 'api' },
    );
    const { data } = await firstValueFrom(aspose.get('/v4.0/cells'));
    expect(data).toBe('hello');
    expect(site.requests).toHaveLength(1);
    expect(site.requests[0]?.headers.authorization).toBeUndefined();
  });
});
