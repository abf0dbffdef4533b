import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import {
  closingOf,
  DelegatingTokenLayer,
  TokenLayer,
} from '../../../lib/token/token-layer.js';
import type { TokenExplanation } from '../../../lib/token/token-explanation.js';
import type { TokenHold } from '../../../lib/token/token-hold.js';
import type { GetTokenOptions } from '../../../lib/token/token-source.js';

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

describe('DelegatingTokenLayer', () => {
  const TOKEN = new AccessToken('below');
  const HOLD: TokenHold = { reason: 'budget', remainingMs: 1 };

  class Below extends TokenLayer {
    readonly calls: unknown[] = [];

    override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
      this.calls.push(options);
      return TOKEN;
    }

    override peekToken(): AccessToken {
      return TOKEN;
    }

    override get clientId(): string {
      return 'client';
    }

    override hold(): TokenHold {
      return HOLD;
    }

    override explain(): TokenExplanation {
      return { mode: 'static' };
    }

    override reset(): void {
      this.calls.push('reset');
    }

    override close(): void {
      this.calls.push('close');
    }
  }

  class Layer extends DelegatingTokenLayer {}

  it('says what the layer below says', async () => {
    const below = new Below();
    const layer = new Layer(below);
    const options = { minValidityMs: 5 };
    await expect(layer.getToken(options)).resolves.toBe(TOKEN);
    expect(below.calls).toEqual([options]);
    expect(layer.peekToken()).toBe(TOKEN);
    expect(layer.clientId).toBe('client');
    expect(layer.hold()).toBe(HOLD);
    expect(layer.explain()).toEqual({ mode: 'static' });
  });

  it('resets and closes the layer below, and tells of its own closing', () => {
    const below = new Below();
    const layer = new Layer(below);
    const closing = closingOf(layer);
    layer.reset();
    layer.close();
    expect(below.calls).toEqual(['reset', 'close']);
    expect(closing.aborted).toBe(true);
  });
});
