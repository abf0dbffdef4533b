import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { closingOf, completeSource } from '../../../lib/token/token-layer.js';
import { StaticTokenSource } from '../../../lib/token/static.token-source.js';
import type { TokenSource } from '../../../lib/token/token-source.js';
import { rejectionOf } from '../../support/rejection.js';

const token = new AccessToken('mocked');
const ORIGINS = ['https://self-hosted'];
const completed = (given: object) =>
  completeSource(given as TokenSource, ORIGINS);

describe('A completed token source', () => {
  it('is the source itself where nothing is missing', () => {
    const source = new StaticTokenSource(token);

    expect(completeSource(source, ORIGINS)).toBe(source);
  });

  it('needs no more than getToken()', async () => {
    const asked: unknown[] = [];
    const source = completed({
      getToken: async (options: unknown) => {
        asked.push(options);
        return token;
      },
    });

    expect(await source.getToken({ minValidityMs: 5 })).toBe(token);
    expect(asked).toStrictEqual([{ minValidityMs: 5 }]);
    expect(source.peekToken()).toBeUndefined();
    expect(source.isDisabled).toBe(false);
    expect(source.allowedOrigins).toBe(ORIGINS);
    expect(() => source.close()).not.toThrow();
  });

  it('rejects where even that is missing', async () => {
    expect(await rejectionOf(completed({}).getToken())).toBeInstanceOf(
      TypeError,
    );
  });

  it('passes on what there is', () => {
    const calls: string[] = [];
    const source = completed({
      allowedOrigins: ['https://api.aspose.cloud'],
      peekToken: () => token,
      isDisabled: true,
      close: () => calls.push('close'),
    });

    source.close();

    expect(source.allowedOrigins).toStrictEqual(['https://api.aspose.cloud']);
    expect(source.peekToken()).toBe(token);
    expect(source.isDisabled).toBe(true);
    expect(calls).toStrictEqual(['close']);
  });

  it('tells HTTP clients that it is closed, whichever of the two they got', () => {
    const given = {};
    const source = completed(given);
    const signals = [closingOf(given), closingOf(source)];

    source.close();

    expect(signals.map(({ aborted }) => aborted)).toStrictEqual([true, true]);
  });
});
