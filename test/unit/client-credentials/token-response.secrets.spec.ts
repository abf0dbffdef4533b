import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import type { TokenResponse } from '../../../lib/client-credentials/token-transport.js';
import { readTokenResponse } from '../../../lib/client-credentials/token-response.js';
import { requestErrorOf } from '../../support/request-error.js';

const ENDPOINT = 'https://api.aspose.cloud/connect/token';

const failureOf = (response: TokenResponse) =>
  requestErrorOf(() => readTokenResponse(response, ENDPOINT, 0));

describe('readTokenResponse: what an error shows', () => {
  const CANARY = 'Canary-5ec2e7';
  const bodies = [
    CANARY,
    JSON.stringify(CANARY),
    JSON.stringify({ error: CANARY, error_description: CANARY }),
    JSON.stringify({ error: 'invalid_client', error_description: CANARY }),
    JSON.stringify({ access_token: `${CANARY}\n`, expires_in: 60 }),
    JSON.stringify({ access_token: CANARY, expires_in: CANARY }),
    JSON.stringify({ access_token: CANARY, token_type: CANARY }),
    JSON.stringify({ access_token: { value: CANARY } }),
    `<html>${CANARY}</html>`,
    `{"access_token":"${CANARY}`,
  ];

  it.each([200, 302, 400, 408, 429, 500])(
    'is nothing of the answer of status %i',
    (status) => {
      for (const body of bodies) {
        const headers = { location: CANARY, 'retry-after': CANARY };
        const error = failureOf({ status, headers, body });
        for (const shown of [
          error.message,
          inspect(error),
          JSON.stringify(error),
        ])
          expect(shown).not.toContain(CANARY);
      }
    },
  );
});
