import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

import { optionsFor, startCloud } from '../support/cloud.js';
import { httpClient } from '../support/http-client.js';

it('five calls that are answered 401 at the same time all succeed with one new token', async () => {
  const cloud = await startCloud();
  const { aspose, tokens } = await httpClient(optionsFor(cloud));
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
