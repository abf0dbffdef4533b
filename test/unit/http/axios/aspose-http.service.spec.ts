import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  AsposeAuthErrorCode,
  AsposeHttpService,
} from '../../../../lib/index.js';
import {
  DisabledTokenSource,
  StaticTokenSource,
} from '../../../../lib/token/static.token-source.js';
import type { TokenSource } from '../../../../lib/token/token-source.js';
import { misleadingUrl, startSite } from '../../../support/loopback-site.js';
import { rejectionOf } from '../../../support/rejection.js';

const BASE_URL = 'https://api.aspose.cloud';

const TOKEN = new StaticTokenSource(new AccessToken('token'));

const serviceWith = (axios: object, tokens: TokenSource = TOKEN) =>
  new AsposeHttpService(tokens, {
    baseUrl: BASE_URL,
    allowedOrigins: [BASE_URL],
    axios,
  });

/** The headers of a request that is made with these settings. */
async function headersSent(
  axios: object,
  tokens?: TokenSource,
): Promise<object> {
  let sent: object = {};
  const adapter = async (config: { headers: { toJSON(): object } }) => {
    sent = config.headers.toJSON();
    return { status: 200, statusText: '', headers: {}, data: '', config };
  };
  const { axiosRef } = serviceWith({ ...axios, adapter }, tokens);
  await axiosRef.get('/v4.0/cells');
  return sent;
}

describe('AsposeHttpService', () => {
  it.each([undefined, null, 'reports', ['a', 'b']])(
    'takes a header that is %j',
    async (value) => {
      const sent = await headersSent({ headers: { 'X-Team': value } });

      expect(sent).toMatchObject({ Authorization: 'Bearer token' });
      expect(Object.entries(sent)).toEqual(
        expect.arrayContaining(
          value ? [['X-Team', value]] : [['Authorization', 'Bearer token']],
        ),
      );
    },
  );

  it('forbids a base URL that claims to lead elsewhere', async () => {
    const site = await startSite();
    const sending = serviceWith({}).axiosRef.get('', {
      baseURL: misleadingUrl(BASE_URL, site.url) as unknown as string,
    });

    expect(await rejectionOf(sending)).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: site.url,
    });
    expect(site.requests).toStrictEqual([]);
  });

  it('keeps what it is given for a proxy where there is no token', async () => {
    const Authorization = 'Basic gate';

    expect(
      await headersSent(
        { headers: { Authorization } },
        new DisabledTokenSource(),
      ),
    ).toMatchObject({ Authorization });
    expect(
      serviceWith({ auth: { username: 'gate', password: '' } }).axiosRef
        .defaults.auth,
    ).toStrictEqual({ username: 'gate', password: '' });
  });
});
