import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { TokenLayer } from '../../../lib/token/token-layer.js';

class LeastTokenLayer extends TokenLayer {
  override async getToken(): Promise<AccessToken> {
    return new AccessToken('least');
  }
}

describe('TokenLayer', () => {
  const source = new LeastTokenLayer();

  it('needs nothing but getToken', async () => {
    expect((await source.getToken()).value).toBe('least');
    source.reset();
    source.close();
    expect((await source.getToken()).value).toBe('least');
  });

  it('claims nothing unless told: no current token, no owner, no hold, no origins', () => {
    expect(source.peekToken()).toBeUndefined();
    expect(source.clientId).toBeUndefined();
    expect(source.hold()).toBeUndefined();
    expect(source.allowedOrigins).toBeUndefined();
    expect(source.explain()).toEqual({ mode: 'custom' });
  });
});
