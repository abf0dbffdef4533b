import { expect } from 'vitest';

import { DEFAULT_ENDPOINT_PATH } from '../../lib/endpoint/index.js';

/** A client id and its secret. */
export interface Pair {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a token endpoint answered. */
export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A request to a token endpoint: what `fetch` takes, and a query. */
export type EndpointCall = RequestInit & {
  readonly query?: Readonly<Record<string, string>> | string;
};

/** Every way in which callers send their credentials. */
export const WAYS_TO_SEND: Readonly<
  Record<string, (pair: Pair) => EndpointCall>
> = {
  'a form': ({ clientId, clientSecret }) => ({
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  }),
  'a form in camel case without a grant': ({ clientId, clientSecret }) => ({
    body: new URLSearchParams({ clientId, clientSecret }),
  }),
  JSON: ({ clientId, clientSecret }) =>
    jsonCall({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  'JSON with the labels of the page': ({ clientId, clientSecret }) =>
    jsonCall({ 'Client ID': clientId, 'Client Secret': clientSecret }),
  'HTTP Basic': (pair) => ({
    headers: { Authorization: basic(pair) },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  }),
  'HTTP Basic without a body': (pair) => ({
    headers: { Authorization: basic(pair) },
  }),
  'the query': ({ clientId, clientSecret }) => ({
    query: { client_id: clientId, client_secret: clientSecret },
  }),
  'the query with the labels of the page': ({ clientId, clientSecret }) => ({
    query: { 'Client ID': clientId, 'Client Secret': clientSecret },
  }),
  'the query, and the grant in a form': ({ clientId, clientSecret }) => ({
    query: { client_id: clientId, client_secret: clientSecret },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  }),
};

/** Posts to an app's token endpoint. */
export async function callEndpoint(
  appUrl: string,
  { query = {}, ...init }: EndpointCall,
  path: string = DEFAULT_ENDPOINT_PATH,
): Promise<EndpointAnswer> {
  const url = new URL(path, `${appUrl}/`);
  url.search =
    typeof query === 'string' ? query : new URLSearchParams(query).toString();
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    ...init,
  });
  const { status, headers } = answer;
  return { status, headers, text: await answer.text() };
}

/** Asks an app's token endpoint as OAuth clients mostly do: with a form. */
export function askForToken(
  appUrl: string,
  pair: Pair,
  path?: string,
): Promise<EndpointAnswer> {
  return callEndpoint(appUrl, formCall(pair), path);
}

/** A token request in a form. */
export function formCall({ clientId, clientSecret }: Pair): EndpointCall {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  return { body };
}

/** A request with a JSON body. */
export function jsonCall(body: unknown): EndpointCall {
  return {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/**
 * Writes an `Authorization` header, form-encoded.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function basic({ clientId, clientSecret }: Pair): string {
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/**
 * Expects an answer that OAuth clients understand and no cache keeps.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function expectOAuthError(
  { status, headers, text }: EndpointAnswer,
  expected: { status: number; error: string; description?: string | RegExp },
): void {
  const body: unknown = JSON.parse(text);
  expect({ status, body }).toStrictEqual({
    status: expected.status,
    body: { error: expected.error, error_description: expect.any(String) },
  });
  if (expected.description !== undefined)
    expect(body).toHaveProperty(
      'error_description',
      expect.stringMatching(expected.description),
    );
  expectUncached(headers);
  expect(headers.get('content-type')).toMatch(/^application\/json\b/);
}

/** Expects that no cache keeps an answer. */
export function expectUncached(headers: Headers): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
}
