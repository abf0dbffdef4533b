import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

async function apiThatAnswers401() {
  const cloud = await startCloud();
  const client = await nestApp().overCloud(cloud).start();
  cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
  const call = async () => {
    const error = await rejectionOf(
      firstValueFrom(client.aspose.get('/v4.0/cells')),
    );
    expect(error).toMatchObject({ response: { status: 401 } });
  };
  return { cloud, call };
}

describe('an API that answers 401 to every token', () => {
  it('costs one token more than an API that does not, however often it is called', async () => {
    const { cloud, call } = await apiThatAnswers401();
    for (let calls = 0; calls < 20; calls += 1) await call();
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('costs one token more when it is called by many at once', async () => {
    const { cloud, call } = await apiThatAnswers401();
    await Promise.all(Array.from({ length: 50 }, call));
    await Promise.all(Array.from({ length: 50 }, call));
    expect(cloud.counters.tokenRequests).toBe(2);
  });
});
