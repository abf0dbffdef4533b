import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type SampleApp, startSampleApp } from './support/sample-app.js';

const KEY = 'the key of the services';
const PATH = '/v4.0/cells/connect/token';

const ask = (sample: SampleApp, request: RequestInit): Promise<Response> =>
  fetch(sample.url + PATH, { method: 'POST', ...request });

const withHeader = (key: string): RequestInit => ({
  headers: { 'x-service-key': key },
});

const withForm = (fields: Record<string, string>): RequestInit => ({
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'any',
    ...fields,
  }),
});

describe('The broker, with a SERVICE_KEY', () => {
  let sample: SampleApp;

  beforeAll(async () => {
    sample = await startSampleApp({ SERVICE_KEY: KEY });
  });

  afterAll(() => sample[Symbol.asyncDispose]());

  it.each([
    ['in the header', withHeader(KEY)],
    ['as the client secret', withForm({ client_secret: KEY })],
  ])('gives who knows it, %s, a token that works', async (_, request) => {
    const answer = await ask(sample, request);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const token = (await answer.json()) as { access_token: string };
    expect(token).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'Bearer',
      expires_in: expect.toSatisfy((s) => s > 86_000 && s <= 86_400),
    });
    const call = await fetch(`${sample.asposeUrl}/v4.0/cells/storage/disc`, {
      headers: { Authorization: `Bearer ${token.access_token}` },
    });
    expect(call.status).toBe(200);
  });

  it('gives everybody the token that the app itself uses', async () => {
    await fetch(`${sample.url}/storage`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(sample, withHeader(KEY))),
    );
    const bodies = await Promise.all(
      answers.map((answer) => answer.json() as Promise<object>),
    );
    const tokens = bodies.map((body) => Object.values(body)[0] as unknown);

    expect(new Set(tokens).size).toBe(1);
    expect(sample.countTokenRequests()).toBe(1);
  });

  it.each([
    ['no key', {}],
    ['an empty key', withHeader('')],
    ['another key', withHeader('the key of the servants')],
    ['the start of the key', withHeader(KEY.slice(0, -1))],
    ['the key and more', withHeader(`${KEY}s`)],
    ['no client secret', withForm({})],
    ['another client secret', withForm({ client_secret: 'another' })],
    ['a list of client secrets', withForm({ 'client_secret[]': KEY })],
    [
      'another key in the header',
      { ...withForm({ client_secret: KEY }), ...withHeader('another') },
    ],
  ])('refuses who sends %s', async (_, request) => {
    const answer = await ask(sample, request);

    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
  });
});

describe('The broker, without a SERVICE_KEY', () => {
  let sample: SampleApp;

  beforeAll(async () => {
    sample = await startSampleApp();
  });

  afterAll(() => sample[Symbol.asyncDispose]());

  it.each([
    ['no key', {}],
    ['an empty key', withHeader('')],
    ['an empty client secret', withForm({ client_secret: '' })],
    ['any key', withHeader('undefined')],
  ])('refuses who sends %s', async (_, request) => {
    const answer = await ask(sample, request);

    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      error: 'unauthorized_client',
      error_description: 'No tokens here: SERVICE_KEY is not set.',
    });
  });
});
