import { describe, expect, it } from 'vitest';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeHttpService,
  attachAsposeToken,
  createAsposeFetch,
  type GetTokenOptions,
  TokenSource,
} from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

/** A source behind a cache that hands out copies. */
class CopyingSource extends TokenSource {
  readonly #tokens: TokenSource;
  readonly #copy: (token: AccessToken) => object;

  constructor(tokens: TokenSource, copy: (token: AccessToken) => object) {
    super();
    this.#tokens = tokens;
    this.#copy = copy;
  }

  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    const copy: unknown = this.#copy(await this.#tokens.getToken(options));
    return copy as AccessToken;
  }
}

const COPIES: [string, (token: AccessToken) => object][] = [
  ['structuredClone(token)', (token) => structuredClone(token)],
  ['{ ...token }', (token) => Object.assign({}, token)],
];

describe.each(COPIES)('A token that is copied by %s', (_, copy) => {
  async function start() {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const source = new CopyingSource(tokens, copy);
    return { cloud, tokens, source, origin: cloud.url };
  }

  it.each(['AsposeHttpService', 'an attached axios', 'AsposeFetch'])(
    'is not sent as "undefined" by %s: that fails with advice',
    async (client) => {
      const { cloud, source, origin } = await start();
      const settings = { allowedOrigins: [origin] };
      const http = new AsposeHttpService(source, {
        ...settings,
        baseUrl: origin,
        axios: {},
      });
      const { aspose } = await nestApp()
        .with({ auth: 'none', baseUrl: origin })
        .start();
      attachAsposeToken(aspose, source, settings);
      const send = {
        AsposeHttpService: () => http.axiosRef.get(STATUS),
        'an attached axios': () => aspose.axiosRef.get(STATUS),
        AsposeFetch: () => createAsposeFetch(source, settings)(origin + STATUS),
      }[client];

      const error = await rejectionOf(send?.() ?? Promise.resolve());

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
        message: expect.stringContaining('token.value'),
      });
      expect(cloud.apiCalls).toStrictEqual([]);
    },
  );

  it('is not sent in a header either', async () => {
    const { cloud, tokens, origin } = await start();
    const token = copy(await tokens.getToken()) as AccessToken;
    const headers = { Authorization: `Bearer ${token.value}` };

    const error = await rejectionOf(
      createAsposeFetch(tokens)(origin + STATUS, { headers }),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });
});
