import { gzipSync } from 'node:zlib';

import fc from 'fast-check';

import type { EndpointCall } from './token-endpoint.js';

/** The secret that is in every hostile request. */
export const HOSTILE_SECRET = 'canary-secret';
/** The client id that many of them name. */
export const HOSTILE_CLIENT_ID = 'reports';

const name = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('client_id', 'client_secret', 'grant_type'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'clientId',
      'Client Secret',
      'CLIENT-ID',
      'scope',
      'unauthorized_token_sha256',
      '__proto__',
      'constructor',
      'toString',
      'client_id[]',
      'client_secret[a]',
      'client_secret[__proto__]',
      'client_id[length]',
      '__proto__[client_secret]',
      'constructor[prototype][client_id]',
      '',
    ),
  },
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const value = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'client_credentials',
      HOSTILE_CLIENT_ID,
      HOSTILE_SECRET,
    ),
  },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\r\nX: y', '\0', '%', '%zz', '\ud800', '__proto__', ''),
  fc.integer({ min: 1, max: 20_000 }).map((length) => 'x'.repeat(length)),
);

const secret = value.map((text) => HOSTILE_SECRET + text);

/** Names and values as they come, often twice, and a secret among them. */
const fields = fc
  .tuple(
    fc.array(fc.tuple(name, value), { maxLength: 5 }),
    fc.array(fc.tuple(name, secret), { maxLength: 2 }),
  )
  .map((both) => both.flat());

const honest = fc.constant<[string, string][]>([
  ['grant_type', 'client_credentials'],
  ['client_id', HOSTILE_CLIENT_ID],
  ['client_secret', HOSTILE_SECRET],
]);

const mostlyHonest = fc
  .tuple(honest, fields)
  .map(([some, others]) => [...some, ...others.slice(0, 1)]);

const anyFields = fc.oneof(honest, mostlyHonest, fields);

const encodedForm = anyFields.map((pairs) =>
  new URLSearchParams(pairs).toString(),
);

const rawForm = anyFields.map((pairs) =>
  pairs.map((pair) => pair.join('=')).join('&'),
);

const manyParameters = fc
  .integer({ min: 500, max: 3_000 })
  .map(
    (count) => `client_secret=${HOSTILE_SECRET}${'&client_id=a'.repeat(count)}`,
  );

const jsonValue = fc.oneof(
  { weight: 4, arbitrary: value },
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, 0, true, [], {}, [HOSTILE_SECRET], [[]], { length: 1 }),
);

/** Written by hand: no object holds `__proto__`, or the same name twice. */
const jsonObject = fc
  .oneof(anyFields, fc.array(fc.tuple(name, jsonValue), { maxLength: 6 }))
  .map((entries) => {
    const members = entries.map((entry) =>
      entry.map((part) => JSON.stringify(part)).join(':'),
    );
    return `{${members.join()}}`;
  });

const nestedJson = fc
  .integer({ min: 1, max: 30_000 })
  .map((depth) => '['.repeat(depth) + ']'.repeat(depth));

const brokenJson = fc
  .tuple(jsonObject, fc.nat({ max: 200 }))
  .map(([text, at]) => text.slice(0, at) + HOSTILE_SECRET + text.slice(at));

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

const contentType = fc.constantFrom(
  `${formType}; charset=utf-8`,
  `${formType}; charset=iso-8859-1`,
  `${formType}; charset=utf-16`,
  `${jsonType}; charset=utf-16le`,
  'application/vnd.api+json',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/html; charset=bogus',
  'bogus',
);

const typedBody: fc.Arbitrary<[type: string, body: string]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant(formType),
      fc.oneof(encodedForm, rawForm, manyParameters),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant(jsonType),
      fc.oneof(jsonObject, nestedJson, brokenJson),
    ),
  },
  fc.tuple(contentType, fc.oneof(encodedForm, jsonObject)),
);

const encoding = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  fc.constantFrom('gzip', 'garbage', 'identity', 'br'),
);

const pairText = fc
  .tuple(value, fc.constantFrom(':', ''), secret)
  .map((parts) => parts.map((part) => part.slice(0, 200)).join(''));

const authorization = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  pairText.map((pair) => `Basic ${Buffer.from(pair).toString('base64')}`),
  fc.base64String({ maxLength: 60 }).map((text) => `basic   ${text}`),
  fc.constantFrom('Basic', 'Basic =', 'Bearer x', `Basic ${HOSTILE_SECRET}!`),
);

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  encodedForm.map((text) => text.slice(0, 4_000)),
  rawForm.map((text) => text.slice(0, 2_000)),
);

/** Any request that a platform may let through to a token endpoint, and many that it does not. */
export const hostileCall: fc.Arbitrary<EndpointCall> = fc
  .record({ typedBody, encoding, authorization, query })
  .map(({ typedBody: [type, body], encoding, authorization, query }) => ({
    query,
    headers: {
      'Content-Type': type,
      ...(authorization && { Authorization: authorization }),
      ...(encoding && {
        'Content-Encoding': encoding === 'garbage' ? 'gzip' : encoding,
      }),
    },
    body: encoding === 'gzip' ? new Uint8Array(gzipSync(body)) : body,
  }));
