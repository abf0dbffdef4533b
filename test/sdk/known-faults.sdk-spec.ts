import { SlidesApi } from 'asposeslidescloud';
import { describe, expect, it } from 'vitest';

import { withAsposeTokens } from '../../lib/sdk/index.js';
import { leaksIn } from '../support/leaks.js';
import { resolveNamesToLoopback } from '../support/loopback-names.js';
import { startSite } from '../support/loopback-site.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

// What docs/sdks.md says cannot be contained. When one of these fails, an SDK has been mended: change the page.

describe('Slides', () => {
  it.each([
    [302, 'another port', '127.0.0.1'],
    [307, 'another host', 'elsewhere.localhost'],
  ])('takes the token along by %i to %s', async (status, _, host) => {
    resolveNamesToLoopback();
    const { cloud, tokens } = await startSdkApp();
    const site = await startSite((_, response) => void response.end('{}'));
    cloud.route('GET', /\/storage\/folder\/moved$/, (_, response) => {
      response
        .writeHead(status, { Location: `http://${host}:${site.port}/` })
        .end();
    });
    const slides = withAsposeTokens(
      new SlidesApi('external', 'external', cloud.url),
      tokens,
    );

    await slides.getFilesList('moved');

    expect(site.requests[0]?.headers.authorization).toBe(
      await tokens.getAuthorizationHeader(),
    );
  });
});

describe.each(
  officialSdks
    .filter(({ name }) => ['Cells', 'Words', 'Slides'].includes(name))
    .map((sdk) => [sdk.name, sdk] as const),
)('%s', (_, sdk) => {
  it('shows the token to who prints its whole answer', async () => {
    const { cloud, tokens } = await startSdkApp();
    cloud.route('PUT', /\/storage\/file\/book$/, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });

    const answer = await sdk.connectUpload(tokens, cloud.url)(
      'book',
      Buffer.from('a workbook'),
    );

    const { value: token } = await tokens.getToken();
    expect(leaksIn(answer, { token })).toStrictEqual(['token']);
  });
});
