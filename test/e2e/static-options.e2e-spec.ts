import axios from 'axios';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import {
  AsposeAuthModule,
  attachAsposeToken,
  createAsposeFetch,
  InvalidOptionsError,
} from '../../lib/index.js';
import { provideAsposeSdk } from '../../lib/sdk/index.js';
import {
  AsposeAuthTestingModule,
  overrideAsposeAuth,
} from '../../lib/testing/index.js';
import { ScriptedTokens } from '../support/scripted-tokens.js';

const API = 'https://api.aspose.cloud';
const tokens = Object.defineProperty(
  new ScriptedTokens('t'),
  'allowedOrigins',
  {
    value: [API],
  },
);

/** Calls a function as from JavaScript. */
const called =
  (
    callee: (...args: never[]) => unknown,
    ...args: readonly unknown[]
  ): (() => unknown) =>
  () =>
    (callee as (...args: readonly unknown[]) => unknown)(...args);

const forRoot = (options: unknown) =>
  called((given: never) => AsposeAuthModule.forRoot(given), options);
const serve = (options: object) =>
  called((given: never) => AsposeTokenEndpointModule.forRoot(given), {
    mode: 'forward',
    ...options,
  });
const attach = (destination: unknown) =>
  called(attachAsposeToken, axios.create(), tokens, destination);
const fetchFor = (options: unknown) =>
  called(createAsposeFetch, tokens, options);
const testing = (options: unknown) =>
  called((given: never) => AsposeAuthTestingModule.forRoot(given), options);
const override = (options: unknown) =>
  called(overrideAsposeAuth, Test.createTestingModule({}), options);

class FakeApi {}
const provide = (...args: readonly unknown[]) =>
  called(provideAsposeSdk, ...args);

describe('Static options that cannot be meant are refused where they are written', () => {
  it.each<[string, () => unknown, string]>([
    ['no class of an SDK', provide(undefined, () => ({})), 'first argument'],
    ['no factory of an SDK', provide(FakeApi), 'second argument'],
    [
      "a list in place of an SDK's options",
      provide(FakeApi, () => ({}), ['URL']),
      'must be an object, { inject, client }, not an array',
    ],
    [
      'a misspelt option of an SDK',
      provide(FakeApi, () => ({}), { injects: [] }),
      'injects is not an option',
    ],
    [
      'no list to inject into an SDK',
      provide(FakeApi, () => ({}), { inject: 'URL' }),
      'inject must be a list',
    ],
    [
      'an injection token that is undefined',
      provide(FakeApi, () => ({}), { inject: [undefined] }),
      'inject must be a list',
    ],
    [
      'a client of an SDK that is no name',
      provide(FakeApi, () => ({}), { client: 7 }),
      'client must be the name',
    ],
    [
      'isGlobal as text',
      forRoot({ isGlobal: 'no' }),
      'isGlobal must be a bool',
    ],
    [
      'isGlobal of null',
      forRoot({ isGlobal: null }),
      'isGlobal must be a bool',
    ],
    ['a path that is a number', serve({ path: 5 }), 'path must be a text'],
    ['a path of null', serve({ path: null }), 'path must be a text'],
    [
      'guards without a list',
      serve({ guards: class {} }),
      'guards must be a li',
    ],
    [
      'imports without a list',
      serve({ imports: {} }),
      'imports must be a list',
    ],
    [
      'no HTTP client',
      called(attachAsposeToken, undefined, tokens),
      'There is no HTTP client: pass an axios instance or an HttpService.',
    ],
    [
      'an HTTP client that is none',
      called(attachAsposeToken, { axiosRef: {} }, tokens),
      'There is no HTTP client',
    ],
    [
      'a token in place of its source',
      called(attachAsposeToken, axios.create(), 'eyJ', {
        allowedOrigins: [API],
      }),
      'There is no token source',
    ],
    [
      'a token source that is none',
      called(createAsposeFetch, {}, { allowedOrigins: [API] }),
      'There is no token source',
    ],
    ['a destination of null', attach(null), 'must be an object, not null'],
    [
      'a list for a destination',
      attach([API]),
      'must be an object, not an array',
    ],
    ['a misspelt origin', attach({ allowedOrigin: [API] }), 'not an option'],
    ['an option of fetch', attach({ fetch }), 'fetch is not an option'],
    [
      'an origin without a list',
      attach({ allowedOrigins: API }),
      'a list of or',
    ],
    ['no origin', attach({ allowedOrigins: [] }), 'not an empty one'],
    [
      'allowInsecureHttp as text',
      attach({ allowInsecureHttp: 'no' }),
      'allowInsecureHttp must be a boolean, not string.',
    ],
    ['options of fetch of null', fetchFor(null), 'must be an object, not null'],
    [
      'a fetch that is none',
      fetchFor({ fetch: 5 }),
      'fetch must be a function',
    ],
    [
      'a misspelt fetch',
      fetchFor({ fetsch: fetch }),
      'fetsch is not an option',
    ],
    [
      'a misspelt token of a client',
      override({ tokn: 'x', clients: {} }),
      'tokn is not an option',
    ],
    ['a misspelt token', override({ tokn: 'x' }), 'tokn is not an option'],
    ['a misspelt URL', testing({ baseURL: API }), 'baseURL is not an option'],
  ])('%s', (_, declare, says) => {
    expect(declare).toThrow(InvalidOptionsError);
    expect(declare).toThrow(says);
  });

  it('whatever may be meant is taken', () => {
    for (const declare of [
      forRoot({ isGlobal: undefined, auth: 'none' }),
      serve({ path: undefined, guards: [], imports: undefined }),
      attach(undefined),
      attach({ allowedOrigins: undefined, allowInsecureHttp: undefined }),
      fetchFor({ fetch, baseUrl: API, allowedOrigins: [API] }),
      fetchFor({ fetch: undefined }),
      testing({ token: undefined, baseUrl: API }),
    ])
      expect(declare).not.toThrow();
  });
});
