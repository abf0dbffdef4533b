import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';

it('ten concurrent API calls of an app that has just started make one token request', async () => {
  const cloud = await startCloud();
  const { aspose } = await nestApp().overCloud(cloud).start();
  await Promise.all(
    Array.from({ length: 10 }, () => firstValueFrom(aspose.get('/v4.0/cells'))),
  );
  expect(cloud.counters).toMatchObject({
    tokenRequests: 1,
    callsWithValidToken: 10,
  });
});
