import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';

import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { officialSdks } from './official-sdks.js';

/** An API that says who it is by a certificate of its own making, until the test ends. */
async function startSelfSignedApi() {
  const { cert, key } = selfSignedCertificate();
  const requests: IncomingMessage[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    requests.push(request);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, cert, requests };
}

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  '%s',
  (_, sdk) => {
    it('sends nothing to a server whose certificate nobody trusts', async () => {
      const { url, requests } = await startSelfSignedApi();
      const { tokens } = await nestApp()
        .with({
          accessToken: 'the-token',
          baseUrl: url,
        })
        .start();

      const error = await rejectionOf(sdk.connect(tokens, url)('folder'));

      expect(requests).toStrictEqual([]);
      expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });
  },
);

it('CAD sends the token where the process trusts the certificate', async () => {
  const { url, cert, requests } = await startSelfSignedApi();
  const folder = await temporaryFolder();
  const file = join(folder, 'ca.pem');
  await writeFile(file, cert);

  await promisify(execFile)(
    process.execPath,
    [join(__dirname, 'cad-call.cjs'), url],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } },
  );

  expect(requests.map(({ headers }) => headers.authorization)).toStrictEqual([
    'Bearer the-token',
  ]);
});
