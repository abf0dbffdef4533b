import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';

it('an app that calls once a day never sends an expired token', async () => {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds: 3600,
    now: () => clock.wallNow(),
  });
  const { aspose } = await nestApp().overCloud(cloud).timedBy(clock).start();
  for (let day = 0; day < 5; day += 1) {
    await Promise.all([
      firstValueFrom(aspose.get('/v4.0/cells')),
      firstValueFrom(aspose.get('/v4.0/cells')),
    ]);
    await clock.advance(24 * 60 * 60 * 1000);
  }
  expect(cloud.counters).toMatchObject({
    tokenRequests: 5,
    callsWithValidToken: 10,
    callsWithInvalidToken: 0,
  });
});
