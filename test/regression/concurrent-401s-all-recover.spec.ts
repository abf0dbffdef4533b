import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';

it('five calls that are answered 401 at the same time all succeed with one new token', async () => {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp().overCloud(cloud).start();
  await tokens.getToken();
  cloud.revokeAll();

  const answers = await Promise.allSettled(
    Array.from({ length: 5 }, () => firstValueFrom(aspose.get('/v4.0/cells'))),
  );
  expect(answers.map(({ status }) => status)).toEqual(
    Array.from({ length: 5 }, () => 'fulfilled'),
  );
  expect(cloud.counters).toMatchObject({
    tokenRequests: 2,
    callsWithInvalidToken: 5,
    callsWithValidToken: 5,
  });
});
