import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

const UNFILLED = [
  ['"0123456789abcdef0123456789abcdef"', 'is in quotes: remove them'],
  ['your-client-secret', 'is a placeholder: put your own in its place'],
  ['${ASPOSE_CLIENT_SECRET}', 'is a placeholder: put your own in its place'],
] as const;

describe.each(UNFILLED)('A secret that reads %s', (clientSecret, what) => {
  it('stops the boot, unsent', async () => {
    const cloud = await startCloud();
    const { clientId } = cloud;
    const boot = nestApp()
      .overCloud(cloud)
      .with({ clientSecret, warmUp: 'require' })
      .start();

    expect(await rejectionOf(boot)).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      problems: [expect.stringContaining(`clientSecret ${what}`)],
    });

    const { tokens } = await nestApp()
      .with({
        baseUrl: cloud.url,
        warmUp: 'off',
        credentials: () => ({ clientId, clientSecret }),
      })
      .start();
    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
      failure: 'transient',
      message: expect.stringContaining(`clientSecret ${what}`),
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });
});

describe.each(platforms)('A forwarder on $platform', (platform) => {
  it("passes a caller's placeholder on: it costs that pair alone", async () => {
    const cloud = await startCloud();
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .on(platform)
      .start();
    const ask = (client_id: string, client_secret: string) =>
      fetch(`${url}/v4.0/cells/connect/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id, client_secret }),
      });

    for (let n = 0; n < 6; n += 1)
      expect((await ask(cloud.clientId, 'your-client-secret')).status).toBe(
        400,
      );
    expect((await ask(cloud.clientId, cloud.clientSecret)).status).toBe(200);
    expect(cloud.counters).toMatchObject({
      refusedTokenRequests: 1,
      bannedTokenRequests: 0,
      tokensIssued: 1,
    });
  });
});
