import { BadRequestException } from '@nestjs/common';
import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { ENDPOINT_PATH } from '../../../lib/endpoint/endpoint-paths.js';
import { MalformedBodyFilter } from '../../../lib/endpoint/token-endpoint.filters.js';
import { contextOf } from '../../support/contexts.js';

/** The modules of an app that serves token endpoints. */
function serving(...paths: string[]): ModulesContainer {
  const modules = paths.map((instance, index) => [
    `${index}`,
    { providers: new Map([[ENDPOINT_PATH, { instance }]]) },
  ]);
  return new Map([
    ...modules,
    ['app', { providers: new Map() }],
  ] as never) as unknown as ModulesContainer;
}

/** The answer to a request that caused an error. */
function answered(
  url: string,
  said: string | object,
  modules = serving('connect/token', 'partners/:partner/token'),
): unknown {
  const bodies: unknown[] = [];
  const httpAdapter = {
    isHeadersSent: () => false,
    getRequestUrl: (request: { readonly url: string }) => request.url,
    reply: (_response: unknown, body: unknown) => bodies.push(body),
  };
  const filter = new MalformedBodyFilter(
    { httpAdapter } as unknown as HttpAdapterHost,
    modules,
  );
  filter.catch(new BadRequestException(said), contextOf('http', { url }, {}));
  return bodies[0];
}

const QUOTE = `Unexpected token 'c', "canary" is not valid JSON`;

const HIDDEN = {
  statusCode: 400,
  error: 'Bad Request',
  message: 'The body cannot be parsed.',
};

describe('MalformedBodyFilter', () => {
  it.each([
    '/connect/token',
    '/api/v1/Connect/TOKEN/?client_id=a/b',
    '/partners/acme/token',
  ])('hides what the parser says at a token endpoint: %s', (url) => {
    expect(answered(url, QUOTE)).toStrictEqual(HIDDEN);
    expect(answered(url, 'Any other words')).toStrictEqual(HIDDEN);
  });

  it.each([
    '/',
    '/reports',
    '/reconnect/token',
    '/connect/token/x',
    '/?/connect/token',
  ])('leaves what is said elsewhere as it is: %s', (url) => {
    expect(answered(url, QUOTE)).toStrictEqual({ ...HIDDEN, message: QUOTE });
    const body = { message: ['name must be text'], code: 'E_NAME' };
    expect(answered(url, body)).toStrictEqual(body);
  });

  it('hides nothing in an app without a token endpoint', () => {
    expect(answered('/connect/token', QUOTE, serving())).toMatchObject({
      message: QUOTE,
    });
  });
});
