import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection.js';
import { unhandledRejectionsOf } from '../support/unhandled-rejections.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  '%s, without a token,',
  (_, sdk) => {
    it.each([
      [
        'refuses the credentials',
        { kind: 'refuse' },
        AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      ],
      [
        'cannot be reached',
        { kind: 'reset' },
        AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
      ],
      [
        'does not answer',
        { kind: 'hang' },
        AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT,
      ],
      [
        'asks for patience',
        { kind: 'throttle', retryAfter: '600' },
        AsposeAuthErrorCode.THROTTLED,
      ],
    ] as const)(
      'rejects each call where the token endpoint %s, and sends nothing',
      async (_, fault, code) => {
        const { cloud, tokens } = await startSdkApp({
          timeouts: { attemptMs: 300 },
          retry: { attempts: 1 },
        });
        cloud.failNext(fault, { times: Infinity });
        const list = sdk.connect(tokens, cloud.url);

        const unhandled = await unhandledRejectionsOf(async () => {
          const errors = await Promise.all(
            Array.from({ length: 10 }, async () => rejectionOf(list('folder'))),
          );
          for (const error of errors)
            expect(error).toMatchObject({ code: code });
        });

        expect(unhandled).toStrictEqual([]);
        expect(cloud.apiCalls).toStrictEqual([]);
      },
    );
  },
);
