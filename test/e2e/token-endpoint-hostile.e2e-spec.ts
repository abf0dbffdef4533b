import { APP_FILTER } from '@nestjs/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MalformedBodyFilter } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { runForward } from '../support/forward-app.js';
import {
  HOSTILE_CLIENT_ID,
  HOSTILE_SECRET,
  hostileCall,
} from '../support/hostile-requests.js';
import { platforms } from '../support/platforms.js';
import {
  callEndpoint,
  type EndpointAnswer,
  expectUncached,
} from '../support/token-endpoint.js';

const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unsupported_grant_type',
];

/** What a parser of the platform refuses keeps the platform's shape. */
const REFUSED_BY_PARSERS = [400, 413, 415];

/** @returns who gave the answer. */
function judge({ status, headers, text }: EndpointAnswer): string {
  expect(text).not.toContain(HOSTILE_SECRET);
  const body = JSON.parse(text) as Record<string, unknown>;
  if ('statusCode' in body) {
    expect(REFUSED_BY_PARSERS).toContain(status);
    return 'platform';
  }
  expectUncached(headers);
  if (status === 200) {
    expect(body).toHaveProperty('access_token');
    return 'grant';
  }
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(OAUTH_ERRORS).toContain(body['error']);
  expect(Object.keys(body).toSorted()).toStrictEqual(
    ['error', 'error_description'].slice(0, Object.keys(body).length),
  );
  return 'refusal';
}

describe.each(platforms)('hostile requests on $platform', (platform) => {
  it('get 4xx as OAuth clients expect, and no secret is seen again', async () => {
    const cloud = await startCloud({
      clientId: HOSTILE_CLIENT_ID,
      clientSecret: HOSTILE_SECRET,
      banAfter: Infinity,
    });
    const { url, logger } = await runForward(platform, cloud.url, {
      metadata: {
        providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }],
      },
    });
    const seen = new Set<string>();

    await fc.assert(
      fc.asyncProperty(hostileCall, async (call) => {
        seen.add(judge(await callEndpoint(url, call)));
      }),
      { numRuns: 500 },
    );

    expect([...seen].toSorted()).toStrictEqual([
      'grant',
      'platform',
      'refusal',
    ]);
    expect(logger.lines.map(({ all }) => all).join('\n')).not.toContain(
      HOSTILE_SECRET,
    );
    expect(Object.keys(Object.prototype)).toStrictEqual([]);
  }, 60_000);
});
