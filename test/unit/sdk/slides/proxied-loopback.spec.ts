import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../../lib/errors/aspose-auth-error-code.js';
import { assertDirectLoopback } from '../../../../lib/sdk/slides/proxied-loopback.js';

const PROXY = 'http://proxy.example:3128';

describe('The broker of Slides', () => {
  it.each<Record<string, string>>([
    {},
    { HTTP_PROXY: '' },
    { HTTPS_PROXY: PROXY },
    { HTTP_PROXY: PROXY, NO_PROXY: '*' },
    { HTTP_PROXY: PROXY, NO_PROXY: '127.0.0.1' },
    { HTTP_PROXY: PROXY, NO_PROXY: 'localhost, 127.0.0.1 ,.internal' },
    { http_proxy: PROXY, no_proxy: 'localhost,127.0.0.1' },
    { HTTP_PROXY: PROXY, NO_PROXY: '.127.0.0.1' },
  ])('is reached with %o', (env) => {
    expect(() => assertDirectLoopback(env)).not.toThrow();
  });

  it.each<Record<string, string>>([
    { HTTP_PROXY: PROXY },
    { http_proxy: PROXY },
    { HTTP_PROXY: PROXY, NO_PROXY: '' },
    { HTTP_PROXY: PROXY, NO_PROXY: 'localhost' },
    { HTTP_PROXY: PROXY, NO_PROXY: 'localhost,*' },
    { HTTP_PROXY: PROXY, NO_PROXY: '127.0.0.0/8' },
    { HTTP_PROXY: PROXY, NO_PROXY: '127.0.0.1:8080' },
    { HTTP_PROXY: PROXY, NO_PROXY: '127.0.0.11' },
    { HTTP_PROXY: PROXY, NO_PROXY: 'localhost', no_proxy: '127.0.0.1' },
  ])('would not be reached with %o, which fails with advice', (env) => {
    expect(() => assertDirectLoopback(env)).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining('Add 127.0.0.1 to NO_PROXY.'),
      }),
    );
  });
});
