import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode, ForeignOriginError } from '../../../lib/index.js';

describe('ForeignOriginError', () => {
  it('names the origin, those that are allowed, and what to do', () => {
    const error = new ForeignOriginError('https://other.example', [
      'https://api.aspose.cloud',
      'http://localhost:5000',
    ]);

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: 'https://other.example',
      message:
        'https://other.example may not receive the Aspose token: only https://api.aspose.cloud, http://localhost:5000 may. ' +
        'Call other hosts with another HTTP client, or add the origin to the option allowedOrigins.',
    });
  });
});
