import { describe, expect, it } from 'vitest';

import {
  errorAnswer,
  invalidRequest,
  OAuthError,
  oauthErrorFor,
} from '../../../lib/endpoint/oauth-error.js';

describe('oauthErrorFor()', () => {
  it.each([
    [400, 'invalid_request'],
    [401, 'invalid_client'],
    [403, 'unauthorized_client'],
    [404, 'invalid_request'],
    [405, 'invalid_request'],
    [413, 'invalid_request'],
    [429, 'temporarily_unavailable'],
    [499, 'invalid_request'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'temporarily_unavailable'],
    [504, 'temporarily_unavailable'],
  ])('calls %d %s', (status, error) => {
    expect(oauthErrorFor(status)).toBe(error);
  });
});

describe('errorAnswer()', () => {
  it('writes an error as OAuth clients read it', () => {
    const error = new OAuthError(405, 'invalid_request', 'No.', { Allow: 'A' });

    expect(errorAnswer(error)).toStrictEqual({
      status: 405,
      headers: { Allow: 'A' },
      body: '{"error":"invalid_request","error_description":"No."}',
    });
  });

  it('has a description that stays within JSON', () => {
    const { body } = errorAnswer(invalidRequest('a "quoted"\n\\ text'));

    expect(JSON.parse(body)).toStrictEqual({
      error: 'invalid_request',
      error_description: 'a "quoted"\n\\ text',
    });
  });
});
