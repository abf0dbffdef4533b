import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'];

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A proxy that the environment names, which refuses all it is asked for; what it was sent, until the test ends. */
async function startProxy(env: Record<string, string> = {}) {
  let received = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      socket.end(
        'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of PROXY_VARIABLES.flatMap((upper) => [
    upper,
    upper.toLowerCase(),
  ]))
    vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries({
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    ...env,
  }))
    vi.stubEnv(name, value);
  return { received: () => received };
}

const sdks = officialSdks.map((sdk) => [sdk.name, sdk] as const);

describe.each(sdks)('%s, with a proxy in the environment,', (_, sdk) => {
  it('does not show it the token of a call by https', async () => {
    const baseUrl = 'https://api.aspose.test';
    const { tokens } = await nestApp()
      .with({ accessToken: 'the-token', baseUrl })
      .start();
    const proxy = await startProxy({ NO_PROXY: '127.0.0.1' });

    await rejectionOf(sdk.connect(tokens, baseUrl)('folder'));

    expect(proxy.received()).not.toContain('the-token');
  });
});

describe.each(sdks.filter(([name]) => name !== 'Slides' && name !== 'Tasks'))(
  '%s, with a proxy in the environment,',
  (_, sdk) => {
    it('calls this machine without it', async () => {
      const { cloud, tokens } = await startSdkApp();
      const proxy = await startProxy();

      const names = await sdk.connect(tokens, cloud.url)('folder');

      expect(names).toStrictEqual(['folder.xlsx']);
      expect(proxy.received()).toBe('');
    });
  },
);

describe('GroupDocs Conversion, whose axios would show a proxy what it sends by https,', () => {
  const baseUrl = 'https://api.groupdocs.test';
  const conversion = officialSdks.find(
    ({ name }) => name === 'GroupDocs Conversion',
  )!;

  it('says so, and sends nothing', async () => {
    const { tokens } = await nestApp()
      .with({ accessToken: 'the-token', baseUrl })
      .start();
    const proxy = await startProxy();

    const error = await rejectionOf(conversion.connect(tokens, baseUrl)('a'));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      message: expect.stringContaining('NO_PROXY'),
    });
    expect(proxy.received()).toBe('');
  });

  it('goes past it where NO_PROXY says so', async () => {
    const { tokens } = await nestApp()
      .with({ accessToken: 'the-token', baseUrl })
      .start();
    const proxy = await startProxy({ NO_PROXY: 'api.groupdocs.test' });

    const error = await rejectionOf(conversion.connect(tokens, baseUrl)('a'));

    // There is no such host.
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
    expect(proxy.received()).toBe('');
  });

  it('uses it for a call by http', async () => {
    const plain = 'http://api.groupdocs.test';
    const { tokens } = await nestApp()
      .with({
        accessToken: 'the-token',
        baseUrl: plain,
        allowInsecureHttp: true,
      })
      .start();
    const proxy = await startProxy();

    await rejectionOf(conversion.connect(tokens, plain)('folder'));

    expect(proxy.received()).toContain(
      'GET http://api.groupdocs.test/v2.0/conversion/storage/folder/folder',
    );
  });
});
