import { describe, expect, it } from 'vitest';

import {
  type EndpointRequest,
  readClientRequest,
  readUnauthorizedToken,
} from '../../../lib/endpoint/client-request.js';
import type { OAuthError } from '../../../lib/endpoint/endpoint-answer.js';

const FIELDS = { client_id: 'id', client_secret: 'secret' };
const CLIENT = { clientId: 'id', clientSecret: 'secret', scope: undefined };

const request = (parts: Partial<EndpointRequest>): EndpointRequest => ({
  headers: {},
  ...parts,
});

const basic = (pair: string, scheme = 'Basic'): Partial<EndpointRequest> => ({
  headers: { authorization: `${scheme} ${btoa(pair)}` },
});

function refusalOf(read: () => unknown): Partial<OAuthError> {
  try {
    return {
      message: `nothing was refused, but read: ${JSON.stringify(read())}`,
    };
  } catch (error) {
    const { status, error: code, message } = error as OAuthError;
    return { status, error: code, message };
  }
}

describe('readClientRequest()', () => {
  it.each([
    ['client_id', 'client_secret'],
    ['clientId', 'clientSecret'],
    ['ClientID', 'ClientSecret'],
    ['Client ID', 'Client Secret'],
    ['client-id', 'client-secret'],
    ['CLIENT_ID', 'CLIENT_SECRET'],
  ])('reads %s and %s', (id, secret) => {
    const fields = { [id]: 'id', [secret]: 'secret' };

    expect(readClientRequest(request({ body: fields }))).toStrictEqual(CLIENT);
    expect(readClientRequest(request({ query: fields }))).toStrictEqual(CLIENT);
  });

  it.each([
    [basic('id:secret'), 'id', 'secret'],
    [basic('id:secret', 'basic'), 'id', 'secret'],
    [basic('id:secret', 'Basic  '), 'id', 'secret'],
    [basic('id:a:b'), 'id', 'a:b'],
    [basic('i+d:%26%3a%25'), 'i d', '&:%'],
  ])('reads %j', (parts, clientId, clientSecret) => {
    expect(readClientRequest(request(parts))).toStrictEqual({
      clientId,
      clientSecret,
      scope: undefined,
    });
  });

  it.each([
    { body: { ...FIELDS, scope: 'a b' } },
    { query: { ...FIELDS, scope: 'a b' } },
    { body: FIELDS, query: { scope: 'a b' } },
    { body: FIELDS, query: { Scope: ['a b'] } },
  ])('reads the scope of %j', (parts) => {
    expect(readClientRequest(request(parts)).scope).toBe('a b');
  });

  it.each([undefined, null, '', 'client_id=a', 7, true, [FIELDS], [], {}])(
    'finds nothing in a body that is %j',
    (body) => {
      expect(
        refusalOf(() => readClientRequest(request({ body }))),
      ).toStrictEqual({
        status: 400,
        error: 'invalid_request',
        message: 'The client id and secret are missing.',
      });
    },
  );

  it.each([
    { authorization: undefined },
    { authorization: 'Basic' },
    { authorization: 'Basic !' },
    { authorization: 'Bearer abc' },
    { authorization: `xBasic ${btoa('a:b')}` },
  ])('finds nothing in %j', (headers) => {
    expect(refusalOf(() => readClientRequest({ headers }))).toMatchObject({
      message: 'The client id and secret are missing.',
    });
  });

  it.each<[string, Partial<EndpointRequest>, string]>([
    [
      'the id alone',
      { body: { client_id: 'id' } },
      'Both the client id and the secret are needed.',
    ],
    [
      'the secret alone',
      { query: { client_secret: 'secret' } },
      'Both the client id and the secret are needed.',
    ],
    [
      'an empty secret',
      { body: { ...FIELDS, client_secret: '' } },
      'Both the client id and the secret are needed.',
    ],
    [
      'an empty id in Basic',
      basic(':secret'),
      'Both the client id and the secret are needed.',
    ],
    [
      'the id in the query, the secret in the body',
      { query: { client_id: 'id' }, body: { client_secret: 'secret' } },
      'Both the client id and the secret are needed.',
    ],
    [
      'Basic without a colon',
      basic('id'),
      'The Basic credentials have no colon in them.',
    ],
    [
      'Basic that is not form-encoded',
      basic('id:100%'),
      'The Basic credentials are not form-encoded.',
    ],
    [
      'a body and the query',
      { body: FIELDS, query: FIELDS },
      'The client id and secret were sent in two places.',
    ],
    [
      'a body and Basic',
      { ...basic('id:secret'), body: FIELDS },
      'The client id and secret were sent in two places.',
    ],
    [
      'the query and Basic',
      { ...basic('id:secret'), query: FIELDS },
      'The client id and secret were sent in two places.',
    ],
    [
      'the id twice',
      { body: { ...FIELDS, client_id: ['id', 'id'] } },
      'client_id was sent twice.',
    ],
    [
      'the secret by two names',
      { body: { ...FIELDS, clientSecret: 'secret' } },
      'client_secret was sent twice.',
    ],
    [
      'a secret that is a number',
      { body: { ...FIELDS, client_secret: 42 } },
      'client_secret must be a string.',
    ],
    [
      'two scopes',
      { body: FIELDS, query: { scope: 'a', Scope: 'b' } },
      'scope was sent twice.',
    ],
    [
      'two grants',
      {
        body: { ...FIELDS, grant_type: 'client_credentials' },
        query: { grant_type: 'client_credentials' },
      },
      'grant_type was sent twice.',
    ],
  ])('refuses %s', (_what, parts, message) => {
    expect(refusalOf(() => readClientRequest(request(parts)))).toStrictEqual({
      status: 400,
      error: 'invalid_request',
      message,
    });
  });

  it.each(['authorization_code', 'refresh_token', 'password', ''])(
    'refuses the grant %j, wherever it is named',
    (grant_type) => {
      for (const parts of [
        { body: { ...FIELDS, grant_type } },
        { ...basic('id:secret'), query: { grant_type } },
      ])
        expect(
          refusalOf(() => readClientRequest(request(parts))),
        ).toStrictEqual({
          status: 400,
          error: 'unsupported_grant_type',
          message: 'Only client_credentials is supported.',
        });
    },
  );

  it.each([
    { client_id: null, client_secret: 's' },
    { client_id: [['a']], client_secret: 's' },
    { client_id: {}, client_secret: 's' },
    { client_id: true, client_secret: 's' },
  ])('refuses an id that is not text: %j', (body) => {
    expect(refusalOf(() => readClientRequest(request({ body })))).toMatchObject(
      { status: 400, message: 'client_id must be a string.' },
    );
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\u007fb', 'a\u0085b', '\t'])(
    'refuses a secret with control characters: %j',
    (client_secret) => {
      const body = { ...FIELDS, client_secret };

      const refusal = refusalOf(() => readClientRequest(request({ body })));

      expect(refusal.message).toBe(
        'client_secret has control characters in it.',
      );
    },
  );

  it('never quotes a value', () => {
    const values = ['canary\n', ['canary', 'canary'], { canary: 'canary' }, ''];
    for (const client_secret of values)
      for (const body of [
        { client_id: 'canary', client_secret },
        { client_id: client_secret, client_secret: 'canary' },
        { ...FIELDS, grant_type: 'canary' },
        { ...FIELDS, scope: client_secret },
      ])
        expect(
          JSON.stringify(refusalOf(() => readClientRequest(request({ body })))),
        ).not.toContain('"canary');
  });

  it('takes no field that an object merely inherits', () => {
    const body = Object.create(FIELDS) as unknown;

    expect(refusalOf(() => readClientRequest(request({ body })))).toMatchObject(
      { status: 400 },
    );
  });

  it('reads fields of an object without a prototype', () => {
    const query = Object.assign(Object.create(null) as object, FIELDS);

    expect(readClientRequest(request({ query }))).toStrictEqual(CLIENT);
  });

  it.each([
    { what: 'its length', headers: { 'content-length': '16385' }, body: {} },
    { what: 'its fields', headers: {}, body: { a: 'x'.repeat(16_377) } },
    { what: 'wide characters', headers: {}, body: { a: 'é'.repeat(8_189) } },
    {
      what: 'what it unpacks to',
      headers: { 'content-length': '100', 'content-encoding': 'gzip' },
      body: { a: 'x'.repeat(16_377) },
    },
  ])('refuses a request that is too long by $what', ({ headers, body }) => {
    expect(refusalOf(() => readClientRequest({ headers, body }))).toMatchObject(
      { status: 413, error: 'invalid_request' },
    );
    expect(
      refusalOf(() => readUnauthorizedToken({ headers, body })),
    ).toMatchObject({
      status: 413,
    });
  });

  it.each([
    { headers: { 'content-length': '16384' }, body: FIELDS },
    { headers: {}, body: { ...FIELDS, a: 'x'.repeat(16_300) } },
  ])('reads one that is just short enough', (parts) => {
    expect(readClientRequest(parts)).toStrictEqual(CLIENT);
  });
});

describe('readUnauthorizedToken()', () => {
  const HASH = '0123456789abcdef'.repeat(4);

  it.each([undefined, null, {}, { grant_type: 'x' }, 'text', []])(
    'finds none in %j',
    (body) => {
      expect(readUnauthorizedToken(request({ body }))).toBeUndefined();
    },
  );

  it('finds it in the body, but not in the query', () => {
    const fields = { unauthorized_token_sha256: HASH };

    expect(readUnauthorizedToken(request({ body: fields }))).toBe(HASH);
    expect(readUnauthorizedToken(request({ query: fields }))).toBeUndefined();
  });
});
