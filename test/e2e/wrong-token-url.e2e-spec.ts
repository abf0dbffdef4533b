import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

const { CREDENTIALS_REFUSED, TOKEN_REQUEST_REDIRECTED } = AsposeAuthErrorCode;

const URL_FIRST = /Are tokenEndpoint and baseUrl right\?.*Aspose bans/s;
const CREDENTIALS_ONLY = /^((?!tokenEndpoint|baseUrl).)*$/s;

describe('A base URL with a path, below which there is no token endpoint', () => {
  it.each([
    ['/v4.0', undefined, '/v4.0/connect/token'],
    ['/v4.0/', '/v3.0/cells/connect/token', '/v4.0/v3.0/cells/connect/token'],
  ])(
    'is suspected in what stops the boot, in the log and in later errors: %s',
    async (path, tokenEndpoint, asked) => {
      const cloud = await startCloud();
      const url = cloud.url + asked;
      const app = nestApp()
        .overCloud(cloud)
        .with({ baseUrl: cloud.url + path, tokenEndpoint });

      const boot = await rejectionOf(app.with({ warmUp: 'require' }).start());
      expect(boot).toMatchObject({
        code: CREDENTIALS_REFUSED,
        failure: 'refused',
        status: 401,
        message: expect.stringMatching(URL_FIRST),
      });
      expect(boot).toMatchObject({
        message: expect.stringContaining(
          `The token endpoint ${url} answered 401 without an OAuth error`,
        ),
      });

      const { tokens, logger } = await app.start();
      await rejectionOf(tokens.getToken());
      const held = await rejectionOf(tokens.getToken());
      expect(held).toMatchObject({
        code: 'ASPOSE_AUTH_TOKEN_UNAVAILABLE',
        message: expect.stringMatching(URL_FIRST),
      });
      expect(logger.own).toEqual([
        expect.stringMatching(/^error: .*Are tokenEndpoint and baseUrl right/),
      ]);
      expect(logger.own.join()).toContain(url);
      expect(cloud.apiCalls).toHaveLength(2);
    },
  );
});

describe('What a refusal is likely about', () => {
  it.each<[string, EmulatorFault, AsposeAuthErrorCode, RegExp]>([
    [
      'a refusal of Aspose',
      { kind: 'refuse' },
      CREDENTIALS_REFUSED,
      CREDENTIALS_ONLY,
    ],
    ...[401, 403, 404, 405, 410].map(
      (status): [string, EmulatorFault, AsposeAuthErrorCode, RegExp] => [
        `${status} with an OAuth error`,
        { kind: 'answer', status, body: { error: 'invalid_client' } },
        CREDENTIALS_REFUSED,
        CREDENTIALS_ONLY,
      ],
    ),
    ...[401, 403, 404, 405, 410].flatMap((status) =>
      [
        '',
        '<html>',
        { error: 'Not Found' },
        { error: null },
        { Error: {} },
      ].map((body): [string, EmulatorFault, AsposeAuthErrorCode, RegExp] => [
        `${status} with ${JSON.stringify(body)}`,
        { kind: 'answer', status, body },
        CREDENTIALS_REFUSED,
        URL_FIRST,
      ]),
    ),
    ...[301, 302, 307].map(
      (status): [string, EmulatorFault, AsposeAuthErrorCode, RegExp] => [
        `${status}`,
        { kind: 'redirect', status, location: '/login?secret=canary' },
        TOKEN_REQUEST_REDIRECTED,
        URL_FIRST,
      ],
    ),
  ])(
    'stands in the message, and the pair is held either way: %s',
    async (_, fault, code, says) => {
      const cloud = await startCloud();
      const { tokens } = await nestApp().overCloud(cloud).start();
      cloud.failNext(fault);

      const error = await rejectionOf(tokens.getToken());

      expect(error).toMatchObject({
        code,
        failure: 'refused',
        message: expect.stringMatching(says),
      });
      expect(String(error)).toContain(`${cloud.url}/connect/token`);
      expect(String(error)).not.toContain('canary');
      expect(tokens.hold()).toMatchObject({ reason: 'refused' });
      await rejectionOf(tokens.getToken());
      expect(cloud.counters.tokenRequests).toBe(1);
    },
  );
});

describe.each(platforms)('A forwarder on $platform', (platform) => {
  it.each<[string, EmulatorFault, number, unknown]>([
    [
      '401 without a body',
      { kind: 'unauthorized' },
      502,
      { error: 'server_error' },
    ],
    [
      '404 in JSON',
      { kind: 'answer', status: 404, body: { x: 1 } },
      404,
      { x: 1 },
    ],
  ])(
    'answers as ever where its identity server answers %s',
    async (_, fault, status, body) => {
      const cloud = await startCloud();
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();
      cloud.failNext(fault);

      const answer = await fetch(`${url}/v4.0/cells/connect/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'a', client_secret: 'b' }),
      });

      expect(answer.status).toBe(status);
      const said = await answer.text();
      expect(JSON.parse(said)).toMatchObject(body as object);
      expect(said).not.toMatch(/tokenEndpoint|baseUrl/);
    },
  );
});
