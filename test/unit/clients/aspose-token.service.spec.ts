import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { AsposeTokenService } from '../../../lib/index.js';
import { refused, tokenTower } from '../../support/token-tower.js';
import { rejectionOf } from '../../support/rejection.js';

/** The service over a tower whose token endpoint is scripted. */
function service() {
  const tower = tokenTower();
  const tokens = new AsposeTokenService(
    'default',
    tower.tokens,
    new Subject(),
    ['https://api.aspose.cloud'],
  );
  return { ...tower, tokens };
}

describe('AsposeTokenService', () => {
  it('has no token before one was asked for, and then that one', async () => {
    const { tokens } = service();
    expect(tokens.peekToken()).toBeUndefined();

    const token = await tokens.getToken();

    expect(token.value).toBe('token-1');
    expect(tokens.peekToken()).toBe(token);
    expect(tokens.clientId).toBe('client');
  });

  it('makes the value of a header', async () => {
    const { tokens, clock } = service();

    expect(await tokens.getAuthorizationHeader()).toBe('Bearer token-1');
    await clock.advance(2_000_000);
    expect(
      await tokens.getAuthorizationHeader({ minValidityMs: 1_700_000 }),
    ).toBe('Bearer token-2');
  });

  it('says where its tokens may go', () => {
    expect(service().tokens.allowedOrigins).toStrictEqual([
      'https://api.aspose.cloud',
    ]);
  });

  it('says what holds it back, and forgets it when it is told to', async () => {
    const { tokens, script, requests } = service();
    script.push(refused);
    expect(tokens.hold()).toBeUndefined();

    await rejectionOf(tokens.getToken());
    expect(tokens.hold()).toMatchObject({ reason: 'refused' });
    expect(tokens.explain()).toMatchObject({ hold: { reason: 'refused' } });

    tokens.reset();
    expect(tokens.hold()).toBeUndefined();
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('makes no more requests once it is closed', async () => {
    const { tokens, requests } = service();

    tokens.close();

    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: 'ASPOSE_AUTH_SHUT_DOWN',
    });
    expect(requests).toStrictEqual([]);
  });
});
