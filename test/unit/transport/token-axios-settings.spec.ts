import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/index.js';
import type { TokenRequest } from '../../../lib/client-credentials/token-transport.js';
import { axiosTokenTransport } from '../../../lib/transport/axios-token-transport.js';
import { startCloud } from '../../support/cloud.js';
import { nestApp } from '../../support/nest-app.js';
import { startSite } from '../../support/loopback-site.js';
import { rejectionOf } from '../../support/rejection.js';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';

const requestTo = (url: string): TokenRequest => ({
  url: `${url}/connect/token`,
  headers: { Accept: 'application/json' },
  body: 'client_id=id',
});

const never = () => new AbortController().signal;

/** A forward proxy. */
const startProxy = () =>
  startSite((request, response) => {
    const { method = '', url = '', headers } = request;
    const onward = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });

describe('The settings of tokenAxios', () => {
  it('send token requests through a proxy, and API calls past it', async () => {
    const cloud = await startCloud();
    const proxy = await startProxy();
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({
        tokenAxios: {
          proxy: {
            host: '127.0.0.1',
            port: proxy.port,
            auth: { username: 'me', password: 'proxy' },
          },
        },
      })
      .start();

    await aspose.axiosRef.get('/v4.0/cells');

    expect(
      proxy.requests.map(({ method, url }) => [method, url]),
    ).toStrictEqual([['POST', `${cloud.url}/connect/token`]]);
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(
      `Basic ${btoa('me:proxy')}`,
    );
    expect(cloud.counters).toMatchObject({
      tokensIssued: 1,
      callsWithValidToken: 1,
    });
  });

  it('trust a CA of the app, which is not trusted otherwise', async () => {
    const { cert, key } = selfSignedCertificate();
    const server = createServer({ cert, key }, (_, response) => {
      response.end('granted');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const request = requestTo(`https://127.0.0.1:${port}`);

    const trusting = axiosTokenTransport({
      httpsAgent: new HttpsAgent({ ca: cert }),
    });
    expect(await trusting(request, never())).toMatchObject({ body: 'granted' });

    const error = await rejectionOf(axiosTokenTransport()(request, never()));
    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
      message: expect.stringMatching(
        /\(DEPTH_ZERO_SELF_SIGNED_CERT\)\. Check the network, and the proxy or CA in the option tokenAxios\.$/,
      ),
    });
  });

  it('bring an agent and headers', async () => {
    const site = await startSite();
    const agent = new HttpAgent({ keepAlive: true });
    onTestFinished(() => agent.destroy());

    await axiosTokenTransport({
      httpAgent: agent,
      headers: { 'X-Team': 'reports', Accept: 'text/html' },
    })(requestTo(site.url), never());

    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
    expect(site.requests[0]?.headers).toMatchObject({
      'x-team': 'reports',
      accept: 'application/json',
    });
  });

  it('change nothing about how an answer is read', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(400).end('{"error":"invalid_client"}');
    });

    const answer = await axiosTokenTransport({
      method: 'get',
      responseType: 'arraybuffer',
      transformResponse: () => 'transformed',
      validateStatus: () => false,
    })(requestTo(site.url), never());

    expect(site.requests[0]?.method).toBe('POST');
    expect(answer).toMatchObject({
      status: 400,
      body: '{"error":"invalid_client"}',
    });
  });

  it('leave the time limit to the option timeouts', async () => {
    const site = await startSite((_, response) => {
      void delay(60).then(() => response.end('late'));
    });

    const answer = await axiosTokenTransport({ timeout: 1 })(
      requestTo(site.url),
      never(),
    );

    expect(answer.body).toBe('late');
  });
});
