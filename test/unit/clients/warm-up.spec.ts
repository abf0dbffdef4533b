import { describe, expect, it } from 'vitest';

import { warmUp } from '../../../lib/clients/warm-up.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

describe('The warm-up', () => {
  it("asks for a token and does not wait for it: 'background'", async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));

    await warmUp(tokens, 'background');

    expect(tokens.asked).toHaveLength(1);
  });

  it("fails when no token is available: 'require'", async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));

    expect(await rejectionOf(warmUp(tokens, 'require'))).toMatchObject({
      message: 'endpoint down',
    });
  });

  it("asks for none: 'off'", async () => {
    const tokens = new ScriptedTokens();

    await warmUp(tokens, 'off');

    expect(tokens.asked).toStrictEqual([]);
  });
});
