import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { TokenSource } from '../../../lib/token/token-source.js';

class LeastTokenSource extends TokenSource {
  override async getToken(): Promise<AccessToken> {
    return new AccessToken('least');
  }
}

describe('TokenSource', () => {
  const source = new LeastTokenSource();

  it('needs nothing but getToken', async () => {
    expect((await source.getToken()).value).toBe('least');
    source.reset();
    source.close();
    expect((await source.getToken()).value).toBe('least');
  });

  it('claims nothing unless told: no token at hand, no owner, no hold, no origins', () => {
    expect(source.peekToken()).toBeUndefined();
    expect(source.clientId).toBeUndefined();
    expect(source.hold()).toBeUndefined();
    expect(source.allowedOrigins).toBeUndefined();
    expect(source.explain()).toEqual({ mode: 'custom' });
  });
});
