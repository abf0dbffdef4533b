import { describe, expect, it } from 'vitest';

import {
  type EmulatorFault,
  ManualTokenClock,
} from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { platforms } from '../support/platforms.js';
import {
  askForToken,
  callEndpoint,
  type EndpointAnswer,
  expectOAuthError,
  expectUncached,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

const CANARY = 'canary-secret';

/** What Aspose may answer with JSON, which callers get as it is. */
const HANDED_ON: Readonly<
  Record<string, { status: number; body: string; headers?: object }>
> = {
  'a token': {
    status: 200,
    body: '{"access_token":"abc.def.ghi","expires_in":86400,"token_type":"Bearer"}',
  },
  'a token in a JSON string': { status: 200, body: '"abc.def.ghi"' },
  invalid_client: { status: 400, body: '{"error":"invalid_client"}' },
  'a 401': {
    status: 401,
    body: '{"error":"invalid_client","error_description":"nope"}',
    headers: { 'WWW-Authenticate': 'Basic realm="id"' },
  },
  'a ban': {
    status: 429,
    body: '{"error":"too_many_requests"}',
    headers: { 'Retry-After': '600' },
  },
  'a 503': { status: 503, body: '{"error":"temporarily_unavailable"}' },
  'a 503 with a time to wait': {
    status: 503,
    body: '{"error":"temporarily_unavailable"}',
    headers: { 'Retry-After': '7' },
  },
  'a 500': { status: 500, body: '{"error":"server_error"}' },
};

/** What Aspose or a proxy before it may answer that is no token response, and what callers get instead. */
const REPLACED: Readonly<
  Record<
    string,
    {
      fault: EmulatorFault;
      status: number;
      error: string;
      retryAfter: string | null;
    }
  >
> = {
  'the page of a dead service': {
    fault: { kind: 'html', status: 503 },
    status: 502,
    error: 'server_error',
    retryAfter: null,
  },
  'a page as 200': {
    fault: { kind: 'html', status: 200 },
    status: 502,
    error: 'server_error',
    retryAfter: null,
  },
  'an empty 200': {
    fault: { kind: 'answer' },
    status: 502,
    error: 'server_error',
    retryAfter: null,
  },
  'half a token': {
    fault: { kind: 'answer', body: '{"access_token":"abc.d' },
    status: 502,
    error: 'server_error',
    retryAfter: null,
  },
  'more than 64 KiB': {
    fault: { kind: 'answer', body: `"${'x'.repeat(64 * 1024)}"` },
    status: 502,
    error: 'server_error',
    retryAfter: null,
  },
  'an empty 401': {
    fault: { kind: 'unauthorized' },
    status: 502,
    error: 'server_error',
    retryAfter: '60',
  },
  'the page of a firewall': {
    fault: { kind: 'html', status: 403 },
    status: 502,
    error: 'server_error',
    retryAfter: '60',
  },
  'a ban without a body': {
    fault: { kind: 'throttle', retryAfter: '600' },
    status: 429,
    error: 'temporarily_unavailable',
    retryAfter: '600',
  },
  'a ban without a body or a time': {
    fault: { kind: 'throttle' },
    status: 429,
    error: 'temporarily_unavailable',
    retryAfter: '60',
  },
  'a reset connection': {
    fault: { kind: 'reset' },
    status: 503,
    error: 'temporarily_unavailable',
    retryAfter: '1',
  },
};

describe.each(platforms)(
  'an answer of Aspose on $platform',
  { timeout: 30_000 },
  (platform) => {
    /** Asks in every way, each with credentials of its own: none is held back for another. */
    const askInEveryWay = async (
      url: string,
    ): Promise<Record<string, EndpointAnswer>> => {
      const answers: Record<string, EndpointAnswer> = {};
      for (const [way, callFor] of Object.entries(WAYS_TO_SEND))
        answers[way] = await callEndpoint(
          url,
          callFor({ clientId: way, clientSecret: CANARY }),
        );
      return answers;
    };
    const everyWay = <T>(expected: T): Record<string, T> =>
      Object.fromEntries(
        Object.keys(WAYS_TO_SEND).map((way) => [way, expected]),
      );

    it.each(Object.entries(HANDED_ON))(
      '%s, comes back as it is, however it was asked for',
      async (_what, { status, body, headers = {} }) => {
        const site = await startSite((_request, response) => {
          response.writeHead(status, {
            'Content-Type': 'application/json',
            ...headers,
          });
          response.end(body);
        });
        const { url } = await nestApp()
          .forwardingTo(site.url)
          .on(platform)
          .start();

        const answers = await askInEveryWay(url);

        const facts = Object.entries(answers).map(([way, answer]) => [
          way,
          {
            status: answer.status,
            body: answer.text,
            retryAfter: answer.headers.get('retry-after'),
            challenge: answer.headers.get('www-authenticate'),
          },
        ]);
        const given = new Headers({ ...headers });
        expect(Object.fromEntries(facts)).toStrictEqual(
          everyWay({
            status,
            body,
            retryAfter: given.get('retry-after'),
            challenge: given.get('www-authenticate'),
          }),
        );
        for (const answer of Object.values(answers))
          expectUncached(answer.headers);
      },
    );

    it.each(Object.entries(REPLACED))(
      '%s, becomes an OAuth error, however it was asked for',
      async (_what, { fault, status, error, retryAfter }) => {
        const cloud = await startCloud();
        cloud.failNext(fault, { times: Infinity });
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        const answers = await askInEveryWay(url);

        for (const answer of Object.values(answers)) {
          expectOAuthError(answer, { status, error });
          expect(answer.headers.get('retry-after')).toBe(retryAfter);
          expect(answer.text).not.toContain(CANARY);
        }
        expect(cloud.counters.tokenRequests).toBe(Object.keys(answers).length);
      },
    );

    it.each([301, 302, 303, 307, 308])(
      'that is a redirect (%d) becomes 502, and the secret does not follow it',
      async (status) => {
        const elsewhere = await startSite();
        const cloud = await startCloud();
        cloud.failNext(
          { kind: 'redirect', status, location: `${elsewhere.url}/token` },
          { times: Infinity },
        );
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        for (const answer of Object.values(await askInEveryWay(url))) {
          expectOAuthError(answer, { status: 502, error: 'server_error' });
          expect(answer.headers.has('location')).toBe(false);
        }
        expect(elsewhere.requests).toHaveLength(0);
      },
    );

    it('that is a redirect with JSON in it becomes 502 all the same', async () => {
      const cloud = await startCloud();
      cloud.failNext({
        kind: 'answer',
        status: 307,
        body: { error: 'moved' },
        headers: { Location: 'https://elsewhere.example/' },
      });
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      const answer = await askForToken(url, cloud);

      expectOAuthError(answer, { status: 502, error: 'server_error' });
      expect(answer.headers.has('location')).toBe(false);
    });

    it('that does not come, since nobody listens, becomes 503 with Retry-After', async () => {
      const cloud = await startCloud();
      await cloud.close();
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      for (const answer of Object.values(await askInEveryWay(url))) {
        expectOAuthError(answer, {
          status: 503,
          error: 'temporarily_unavailable',
          description: 'cannot be reached',
        });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    });

    it.each([
      { policy: {}, limitMs: 4_000 },
      { policy: { timeoutMs: 250 }, limitMs: 250 },
    ])(
      'that does not come within $limitMs ms becomes 504',
      async ({ policy, limitMs }) => {
        const cloud = await startCloud();
        cloud.failNext({ kind: 'hang' }, { times: Infinity });
        const clock = new ManualTokenClock();
        const { url } = await nestApp()
          .forwardingTo(cloud.url, policy)
          .timedBy(clock)
          .on(platform)
          .start();
        const calls = Object.entries(WAYS_TO_SEND).map(([way, callFor]) =>
          callEndpoint(url, callFor({ clientId: way, clientSecret: CANARY })),
        );
        await eventually(() =>
          expect(cloud.counters.tokenRequests).toBe(calls.length),
        );

        await clock.advance(limitMs - 1);
        expect(clock.scheduled.all).toBe(calls.length);
        await clock.advance(1);

        for (const answer of await Promise.all(calls))
          expectOAuthError(answer, {
            status: 504,
            error: 'temporarily_unavailable',
            description: 'did not answer in time',
          });
        expect(clock.scheduled.all).toBe(0);
      },
    );

    it('of 64 KiB still comes back whole', async () => {
      const body = JSON.stringify('x'.repeat(64 * 1024 - 2));
      const cloud = await startCloud();
      cloud.failNext({ kind: 'answer', body });
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      const { status, text } = await askForToken(url, cloud);

      expect(status).toBe(200);
      expect(text === body).toBe(true);
    });
  },
);
