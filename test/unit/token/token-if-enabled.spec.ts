import { describe, expect, it } from 'vitest';

import { DisabledTokenSource } from '../../../lib/token/disabled.token-source.js';
import {
  isDisabled,
  tokenIfEnabled,
} from '../../../lib/token/token-if-enabled.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

describe('tokenIfEnabled', () => {
  it('asks for a token as it is told, and gives it', async () => {
    const tokens = new ScriptedTokens('abc');
    const options = { minValidityMs: 60_000 };
    expect((await tokenIfEnabled(tokens, options))?.value).toBe('abc');
    expect(tokens.asked).toEqual([options]);
  });

  it("gives none with auth: 'none'", async () => {
    expect(await tokenIfEnabled(new DisabledTokenSource(), {})).toBeUndefined();
  });

  it('passes every other failure on', async () => {
    const failure = new Error('down');
    const tokens = new ScriptedTokens(failure);
    await expect(tokenIfEnabled(tokens, {})).rejects.toBe(failure);
  });
});

describe('isDisabled', () => {
  it("is true of the error that auth: 'none' gives, and of no other", async () => {
    const disabled: unknown = await new DisabledTokenSource()
      .getToken()
      .catch((error: unknown) => error);
    expect(isDisabled(disabled)).toBe(true);
    expect(isDisabled(new Error('down'))).toBe(false);
  });
});
