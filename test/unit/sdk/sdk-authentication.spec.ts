import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import type { AttachPolicy } from '../../../lib/http/attach-policy.js';
import {
  SdkAuthentication,
  type SdkRequest,
} from '../../../lib/sdk/sdk-authentication.js';
import type { SdkConnection } from '../../../lib/sdk/sdk-call.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import {
  DisabledTokenSource,
  StaticTokenSource,
} from '../../../lib/token/static.token-source.js';
import type { TokenSource } from '../../../lib/token/token-source.js';
import { rejectionOf } from '../../support/rejection.js';
import { refused, tokenTower } from '../../support/token-tower.js';

const URI = 'https://api.aspose.cloud/v3.0/cells';

const POLICY: AttachPolicy = {
  allowedOrigins: ['https://api.aspose.cloud'],
  onForeignOrigin: 'forbid',
};

const connectionTo = (tokens: TokenSource): SdkConnection => ({
  tokens,
  policy: POLICY,
  configuration: {},
});

function start() {
  const tower = tokenTower();
  const sdk = new SdkAuthentication(connectionTo(tower.tokens));
  return { ...tower, tower, sdk };
}

const bearerHeader = ({ headers }: SdkRequest) => headers?.['Authorization'];

describe('The first attempt of an SDK', () => {
  it.each<[string, SdkRequest]>([
    ['without headers', { uri: URI }],
    ['with headers of its own', { uri: URI, headers: { 'x-a': 'b' } }],
    ['with a URL object', { uri: new URL(URI) }],
    ['with its URL in another field', { url: URI }],
  ])('gets the token: %s', async (_, request) => {
    const { sdk } = start();

    await sdk.applyToRequest(request);

    expect(bearerHeader(request)).toBe('Bearer token-1');
  });

  it('keeps the headers it has', async () => {
    const { sdk } = start();
    const request = { uri: URI, headers: { 'x-aspose-client': 'nodejs sdk' } };

    await sdk.applyToRequest(request);

    expect(request.headers).toStrictEqual({
      'x-aspose-client': 'nodejs sdk',
      Authorization: 'Bearer token-1',
    });
  });

  it('gets the token from BarCode’s method, too', async () => {
    const { sdk } = start();
    const request: SdkRequest = { uri: URI };

    await sdk.applyToRequestAsync(request);

    expect(bearerHeader(request)).toBe('Bearer token-1');
  });

  it('asks for a token that is valid for a minute: a 401 is what an SDK copes with least', async () => {
    const { sdk, tokens } = start();
    const getToken = vi.spyOn(tokens, 'getToken');

    await sdk.applyToRequest({ uri: URI });

    expect(getToken).toHaveBeenCalledExactlyOnceWith({ minValidityMs: 60_000 });
  });

  it('goes on with the valid token at hand where no such is to be had', async () => {
    const { sdk, tower, clock } = start();
    await sdk.applyToRequest({ uri: URI });
    await clock.advance(3_550_000);
    tower.answer = refused;
    const request: SdkRequest = { uri: URI };

    await sdk.applyToRequest(request);

    expect(bearerHeader(request)).toBe('Bearer token-1');
  });

  it('fails where the token may not go, without a token request', async () => {
    const { sdk, requests } = start();
    const request: SdkRequest = { uri: 'https://elsewhere.example/v3.0' };

    const error = await rejectionOf(sdk.applyToRequest(request));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: 'https://elsewhere.example',
    });
    expect(bearerHeader(request)).toBeUndefined();
    expect(requests).toStrictEqual([]);
  });

  it.each([undefined, '', '/v3.0/cells', 42, {}])(
    'fails where nobody can tell where the token would go: %j',
    async (uri) => {
      const { sdk, requests } = start();
      const request: SdkRequest = { uri };

      const error = await rejectionOf(sdk.applyToRequest(request));

      expect(error).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
      expect(bearerHeader(request)).toBeUndefined();
      expect(requests).toStrictEqual([]);
    },
  );

  it('fails with authorization of its own in the URL', async () => {
    const { sdk, requests } = start();
    const request: SdkRequest = {
      uri: 'https://me:secret@api.aspose.cloud/v3.0',
    };

    const error = await rejectionOf(sdk.applyToRequest(request));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      message: expect.not.stringContaining('secret'),
    });
    expect(bearerHeader(request)).toBeUndefined();
    expect(requests).toStrictEqual([]);
  });

  it('fails with the failure of the token request', async () => {
    const { sdk, tower } = start();
    tower.answer = refused;

    expect(await rejectionOf(sdk.applyToRequest({ uri: URI }))).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      message: expect.stringContaining('invalid_client'),
    });
  });

  it("is left alone with auth: 'none'", async () => {
    const request = { uri: URI };

    await new SdkAuthentication(
      connectionTo(new DisabledTokenSource()),
    ).applyToRequest(request);

    expect(request).toStrictEqual({ uri: URI });
  });

  it('keeps certificates verified, whatever the SDK says afterwards', async () => {
    const { sdk } = start();
    const request: SdkRequest & { strictSSL?: boolean } = { uri: URI };

    await sdk.applyToRequest(request);
    // CAD does this.
    request.strictSSL = false;

    expect(request.strictSSL).toBeUndefined();
    expect(Object.keys(request)).not.toContain('strictSSL');
  });

  it('goes where its URL led at the call', async () => {
    const { sdk } = start();
    const uri = new URL(URI);
    const request: SdkRequest = { uri };

    const applying = sdk.applyToRequest(request);
    uri.host = 'elsewhere.example';
    await applying;

    expect(String(request.uri)).toBe(URI);
  });

  it('has what it sends as it was at the call', async () => {
    const { sdk } = start();
    const bytes = Buffer.from('a workbook');
    const qs = { folder: 'mine' };
    const request: SdkRequest = {
      uri: URI,
      qs,
      formData: { file: { value: bytes } },
      multipart: [{ body: bytes }],
    };

    const applying = sdk.applyToRequest(request);
    bytes.fill('x');
    qs.folder = 'theirs';
    await applying;

    expect(request).toMatchObject({
      qs: { folder: 'mine' },
      formData: { file: { value: Buffer.from('a workbook') } },
      multipart: [{ body: Buffer.from('a workbook') }],
    });
    expect(request).not.toHaveProperty('body');
  });

  it('lets go of a stream when there is no token', async () => {
    const { sdk, tower } = start();
    tower.answer = refused;
    const body = new PassThrough();

    await rejectionOf(sdk.applyToRequest({ uri: URI, body }));
    await turn();
    body.end('a workbook');

    expect(await text(body)).toBe('a workbook');
  });

  it('leaves what an SDK says about redirects alone', async () => {
    const { sdk } = start();
    const request = { uri: URI, followRedirect: false };

    await sdk.applyToRequest(request);

    expect(request.followRedirect).toBe(false);
  });
});

describe('A 401 to an SDK', () => {
  it('is nothing to handle: the next attempt tells which token was unauthorized', async () => {
    const { sdk, requests } = start();
    const request: SdkRequest = { uri: URI };
    await sdk.applyToRequest(request);

    await expect(sdk.handle401response()).resolves.toBeUndefined();
    expect(requests).toHaveLength(1);
    await sdk.applyToRequest(request);

    expect(bearerHeader(request)).toBe('Bearer token-2');
    expect(requests).toHaveLength(2);
  });

  it('to any number of its calls costs one token request', async () => {
    const { sdk, requests } = start();
    const calls = Array.from({ length: 50 }, (): SdkRequest => ({ uri: URI }));
    await Promise.all(calls.map(sdk.applyToRequest));

    await Promise.all(calls.map(sdk.applyToRequest));

    expect(new Set(calls.map(bearerHeader))).toStrictEqual(
      new Set(['Bearer token-2']),
    );
    expect(requests).toHaveLength(2);
  });

  it('that comes late cannot kill a fresh token', async () => {
    const { sdk, requests } = start();
    const [late, early]: [SdkRequest, SdkRequest] = [
      { uri: URI },
      { uri: URI },
    ];
    await sdk.applyToRequest(late);
    await sdk.applyToRequest(early);
    await sdk.applyToRequest(early);

    await sdk.applyToRequest(late);

    expect(bearerHeader(late)).toBe('Bearer token-2');
    expect(requests).toHaveLength(2);
  });

  it('is passed on when its renewal fails, which is not repeated for the next call', async () => {
    const { sdk, tower, requests } = start();
    const [one, two]: [SdkRequest, SdkRequest] = [{ uri: URI }, { uri: URI }];
    await sdk.applyToRequest(one);
    await sdk.applyToRequest(two);
    tower.answer = refused;

    for (const request of [one, two])
      expect(await rejectionOf(sdk.applyToRequest(request))).toMatchObject({
        code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      });
    expect(requests).toHaveLength(2);
  });

  it('to a static token is passed on: the same one is not sent twice', async () => {
    const sdk = new SdkAuthentication(
      connectionTo(new StaticTokenSource(new AccessToken('the-only-one'))),
    );
    const request: SdkRequest = { uri: URI };
    await sdk.applyToRequest(request);

    expect(await rejectionOf(sdk.applyToRequest(request))).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining(
        'https://api.aspose.cloud answered 401 to the access token',
      ),
    });
  });

  it('gives the SDK the URL back that it had at first', async () => {
    const { sdk } = start();
    const request = { uri: 'https://api.aspose.cloud/v4.0/my%20folder' };
    await sdk.applyToRequest(request);
    // Words does this before each attempt.
    request.uri = encodeURI(request.uri);

    await sdk.applyToRequest(request);

    expect(request.uri).toBe('https://api.aspose.cloud/v4.0/my%20folder');
  });

  it("cannot have a stream sent again with auth: 'none' either", async () => {
    const sdk = new SdkAuthentication(connectionTo(new DisabledTokenSource()));
    const request: SdkRequest = { uri: URI, body: Readable.from(['']) };
    await sdk.applyToRequest(request);

    expect(await rejectionOf(sdk.applyToRequest(request))).toMatchObject({
      message: expect.stringContaining('its stream is used up'),
    });
  });

  it("is the SDK's own matter with auth: 'none'", async () => {
    const sdk = new SdkAuthentication(connectionTo(new DisabledTokenSource()));
    const request: SdkRequest = { uri: URI };
    await sdk.applyToRequest(request);

    await sdk.applyToRequest(request);

    expect(request).toStrictEqual({ uri: URI });
  });

  it.each<[string, SdkRequest]>([
    ['body', { body: Readable.from(['a workbook']) }],
    ['formData', { formData: { file: Readable.from(['a workbook']) } }],
    ['multipart', { multipart: [{ body: Readable.from(['a workbook']) }] }],
  ])(
    'in an upload of a stream in %s fails, and the token is replaced',
    async (_, upload) => {
      const { sdk, requests } = start();
      const request: SdkRequest = { uri: URI, ...upload };
      await sdk.applyToRequest(request);

      const error = await rejectionOf(sdk.applyToRequest(request));

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
        message: expect.stringContaining('give the SDK a Buffer'),
      });
      const next: SdkRequest = { uri: URI };
      await sdk.applyToRequest(next);
      expect(bearerHeader(next)).toBe('Bearer token-2');
      expect(requests).toHaveLength(2);
    },
  );
});
