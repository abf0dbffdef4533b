import { describe, expect, it } from 'vitest';

import { AccessToken, AsposeAuthErrorCode } from '../../../lib/index.js';
import {
  guardedTokenOf,
  keepGuardedToken,
} from '../../../lib/inbound/guarded-tokens.js';
import { contextOf } from '../../support/contexts.js';

const token = new AccessToken('static');
const handler = contextOf('http').getHandler();

describe('The token of a guard', () => {
  it('is found for its request, and leaves no trace on it', () => {
    const request = {};
    keepGuardedToken(request, handler, token);

    expect(guardedTokenOf(contextOf('http', request, {}))).toBe(token);
    expect(Reflect.ownKeys(request)).toStrictEqual([]);
  });

  it('is found where GraphQL has the request: in its context', () => {
    const req = {};
    keepGuardedToken(req, handler, token);

    expect(guardedTokenOf(contextOf('graphql', undefined, {}, { req }))).toBe(
      token,
    );
  });

  it('is not that of another handler, as of an earlier message on the same socket', () => {
    const socket = {};
    keepGuardedToken(socket, () => {}, token);

    expect(() => guardedTokenOf(contextOf('ws', socket, {}))).toThrow(
      expect.objectContaining({ code: AsposeAuthErrorCode.UNGUARDED }),
    );
  });

  it('is undefined where the app needs none', () => {
    const request = {};
    keepGuardedToken(request, handler, undefined);

    expect(guardedTokenOf(contextOf('http', request))).toBeUndefined();
  });

  it.each([
    ['another request', [{}]],
    ['no request', []],
    ['a text', ['message', undefined, null, { req: 'none' }]],
  ])('is missed for %s, by the name of the handler', (_, args) => {
    keepGuardedToken({}, handler, token);

    expect(() => guardedTokenOf(contextOf('http', ...args))).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.UNGUARDED,
        message:
          '@AsposeToken() has no token for ReportController.convert: put @RequireAsposeToken() on it.',
      }),
    );
  });
});
