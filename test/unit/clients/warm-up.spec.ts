import { describe, expect, it } from 'vitest';

import { fetchAhead } from '../../../lib/clients/warm-up.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

describe('The warm-up', () => {
  it('asks for a token that it does not wait for', async () => {
    const tokens = new ScriptedTokens('A');

    await fetchAhead(tokens);

    expect(tokens.asked).toMatchObject([{ signal: { aborted: true } }]);
  });

  it('leaves a failure to the next call', async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));

    await expect(fetchAhead(tokens)).resolves.toBeUndefined();
  });
});
