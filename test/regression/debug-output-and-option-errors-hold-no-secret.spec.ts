import { describe, expect, it } from 'vitest';

import { InvalidOptionsError } from '../../lib/errors/errors.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import { leaksIn } from '../support/leaks.js';
import { runProgram } from '../support/run-program.js';

const CANARY = 'c0ffee00c0ffee00c0ffee00c0ffee00';

describe('the secret', () => {
  it(
    'is in nothing that an app prints with DEBUG=*',
    { timeout: 30_000 },
    async () => {
      const { code, stdout, stderr } = await runProgram(
        'token-request-and-call.cjs',
        { DEBUG: '*', CANARY },
      );
      expect(code).toBe(0);
      expect(stderr).toContain('401');
      expect(leaksIn([stdout, stderr], { secret: CANARY })).toEqual([]);
    },
  );

  it.each<[string, object]>([
    ['white space', { clientId: 'client', clientSecret: `${CANARY}\n` }],
    ['a missing id', { clientSecret: CANARY }],
    ['a misspelt name', { clientId: 'client', clientSecrets: CANARY }],
    [
      'a second way in',
      { clientId: 'client', clientSecret: CANARY, auth: 'none' },
    ],
    ['a wrong type', { clientId: 'client', clientSecret: [CANARY] }],
    ['credentials', { credentials: { clientId: '', clientSecret: CANARY } }],
    [
      'a URL',
      {
        clientId: 'client',
        clientSecret: 'x',
        baseUrl: `https://id:${CANARY}@api.aspose.cloud`,
      },
    ],
  ])('is not in the error about options with %s', (_name, options) => {
    let error: unknown;
    try {
      resolveOptions(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(leaksIn(error, { secret: CANARY })).toEqual([]);
  });
});
