import { expect, describe, it } from 'vitest';

import { MAX_RESPONSE_BYTES } from '../../../lib/client-credentials/token-transport.js';

describe('MAX_RESPONSE_BYTES', () => {
  it('is 64 KiB', () => {
    expect(MAX_RESPONSE_BYTES).toBe(65_536);
  });
});
