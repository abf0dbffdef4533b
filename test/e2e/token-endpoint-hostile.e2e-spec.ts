import { APP_FILTER } from '@nestjs/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MalformedBodyFilter } from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import {
  HOSTILE_CLIENT_ID,
  HOSTILE_SECRET,
  hostileCall,
} from '../support/hostile-requests.js';
import { platforms } from '../support/platforms.js';
import {
  callEndpoint,
  type EndpointAnswer,
} from '../support/token-endpoint.js';

/** Who gave an answer, and how. */
type Verdict = 'grant' | 'refusal' | 'of the platform' | 'unheard of';

/** What a parser of the platform refuses keeps the platform's shape. */
const REFUSED_BY_PARSERS = [400, 413, 415];

const OAUTH_REFUSALS: Readonly<Record<string, readonly number[]>> = {
  invalid_request: [400, 413],
  invalid_client: [400],
  unsupported_grant_type: [400],
};

function judge({ status, headers, text }: EndpointAnswer): Verdict {
  const body = JSON.parse(text) as Record<string, unknown>;
  const { error, error_description: description = '', ...others } = body;
  if ('statusCode' in body)
    return REFUSED_BY_PARSERS.includes(status)
      ? 'of the platform'
      : 'unheard of';
  if (headers.get('cache-control') !== 'no-store') return 'unheard of';
  if (status === 200) return 'access_token' in body ? 'grant' : 'unheard of';
  return OAUTH_REFUSALS[String(error)]?.includes(status) &&
    typeof description === 'string' &&
    Object.keys(others).length === 0
    ? 'refusal'
    : 'unheard of';
}

describe.each(platforms)('hostile requests on $platform', (platform) => {
  it('get 4xx as OAuth clients expect, and no secret is seen again', async () => {
    const cloud = await startCloud({
      clientId: HOSTILE_CLIENT_ID,
      clientSecret: HOSTILE_SECRET,
      banAfter: Infinity,
    });
    const { url, logger } = await nestApp()
      .forwardingTo(cloud.url)
      .declaring({
        providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }],
      })
      .on(platform)
      .start();
    const seen = new Set<Verdict>();

    await fc.assert(
      fc.asyncProperty(hostileCall, async (call) => {
        const answer = await callEndpoint(url, call);
        expect(answer.text).not.toContain(HOSTILE_SECRET);
        const verdict = judge(answer);
        expect({ verdict, ...answer }).not.toHaveProperty(
          'verdict',
          'unheard of',
        );
        seen.add(verdict);
      }),
      { numRuns: 300 },
    );

    expect(seen).toStrictEqual(
      new Set(['grant', 'refusal', 'of the platform']),
    );
    expect(logger.lines.map(({ all }) => all).join('\n')).not.toContain(
      HOSTILE_SECRET,
    );
    expect(Object.keys(Object.prototype)).toStrictEqual([]);
  }, 60_000);
});
