import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { ASPOSE_FETCH, type AsposeFetch } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

describe('A static token that an API answers 401 to', () => {
  it('is told once in the log, and in each answer', async () => {
    const cloud = await startCloud({ staticToken: 'the-right-one' });
    const { app, aspose, tokens, events, logger } = await nestApp()
      .with({ baseUrl: cloud.url, accessToken: 'another-one' })
      .start();
    const send = app.get<AsposeFetch>(ASPOSE_FETCH);

    for (let n = 0; n < 50; n += 1) {
      expect(
        await rejectionOf(firstValueFrom(aspose.get('/v4.0/cells'))),
      ).toMatchObject({ status: 401 });
      expect((await send(`${cloud.url}/v4.0/cells`)).status).toBe(401);
    }

    const fingerprint = tokens.peekToken()?.fingerprint;
    expect(logger.own).toEqual([
      `warn: ${cloud.url} answers 401 to the token ${fingerprint}, which is static and cannot be renewed: set accessToken to one that it accepts.`,
    ]);
    expect(events.filter(({ type }) => type === 'unauthorized')).toHaveLength(
      100,
    );
    expect(tokens.explain()).toMatchObject({
      mode: 'static',
      decisions: [
        { type: 'unauthorized', origin: cloud.url },
        { type: 'renewal-impossible', origin: cloud.url },
        { type: 'unauthorized', verdict: 'pass-through' },
      ],
    });
    // One request a call.
    expect(cloud.apiCalls).toHaveLength(100);
  });

  it('is not told of where it is accepted, nor where there is none', async () => {
    const cloud = await startCloud({ staticToken: 'the-right-one' });
    const right = await nestApp()
      .with({ baseUrl: cloud.url, accessToken: 'the-right-one' })
      .start();
    await firstValueFrom(right.aspose.get('/v4.0/cells'));
    const none = await nestApp()
      .with({ baseUrl: cloud.url, auth: 'none' })
      .start();
    await rejectionOf(firstValueFrom(none.aspose.get('/v4.0/cells')));

    expect([...right.logger.own, ...none.logger.own]).toEqual([]);
    expect([...right.events, ...none.events]).toEqual([]);
  });
});
