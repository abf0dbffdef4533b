import { describe, expect, it } from 'vitest';

import { allowedOriginsFor } from '../../../lib/http/token-destination.js';
import { TokenSource } from '../../../lib/token/token-source.js';

/** A token source as an app may write one. */
function sourceWith(allowedOrigins?: readonly string[]): TokenSource {
  return new (class extends TokenSource {
    override getToken = () => Promise.reject(new Error('not asked'));
    override get allowedOrigins() {
      return allowedOrigins;
    }
  })();
}

const API = 'https://api.aspose.cloud';
const PRIVATE = 'http://aspose.internal';

describe('The origins that may receive the token', () => {
  it.each([
    ['the given ones', undefined, { allowedOrigins: [API] }, [API]],
    ['before those of the source', [PRIVATE], { allowedOrigins: [API] }, [API]],
    ['those of the source', [PRIVATE, API], {}, [PRIVATE, API]],
    ['written alike', [`${API}:443/`], {}, [API]],
    [
      'http: where that is permitted',
      undefined,
      { allowedOrigins: [PRIVATE], allowInsecureHttp: true },
      [PRIVATE],
    ],
    ['not one, if the source says so', [], {}, []],
  ])('are %s', (_, own, destination, origins) => {
    expect(allowedOriginsFor(sourceWith(own), destination)).toStrictEqual(
      origins,
    );
  });

  it.each([
    ['nobody says', undefined, {}, 'allowedOrigins is missing'],
    ['one has a path', [`${API}/v4.0`], {}, 'without a path'],
    ['one is a scheme', ['https:'], {}, 'must be a URL'],
    ['one is http:', undefined, { allowedOrigins: [PRIVATE] }, 'is an http:'],
  ])('are not known where %s', (_, own, destination, advice) => {
    expect(() => allowedOriginsFor(sourceWith(own), destination)).toThrow(
      expect.objectContaining({
        code: 'ASPOSE_AUTH_INVALID_OPTIONS',
        message: expect.stringMatching(
          new RegExp(`^The token cannot be attached.*${advice}`, 's'),
        ),
      }),
    );
  });
});
