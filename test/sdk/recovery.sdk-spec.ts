import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, it } from 'vitest';

import { failedCallOf } from '../../lib/http/failed-call.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection.js';
import { unhandledRejectionsOf } from '../support/unhandled-rejections.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

/** What an API may say with a 401, or with any other failure: the SDKs do not cope with all of it. */
const BODIES: readonly (readonly [string, string, string])[] = [
  ['nothing', 'text/plain', ''],
  ['an Error', 'application/json', '{"Error":{"Message":"Not now."}}'],
  [
    'an error with a code',
    'application/json',
    '{"error":{"code":"errorAuthorization","message":"Not now."}}',
  ],
  ['an error of text', 'application/json', '{"error":"Not now."}'],
  ['an OAuth error', 'application/json', '{"error":"invalid_token"}'],
  ['text', 'text/plain', 'Not now.'],
  ['a page', 'text/html', '<html><h1>Not now.</h1></html>'],
  ['null', 'application/json', 'null'],
  ['half of JSON', 'application/json', '{"error":{'],
];

const HANGS = 'The call hangs.';

/** How a call ends that may hang. */
async function endOf(call: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise((resolve) => {
    timer = setTimeout(resolve, 5_000, HANGS);
  });
  const end = await Promise.race([rejectionOf(call), hanging]);
  clearTimeout(timer);
  return end;
}

/** Answers every call for a folder by a function of ours. */
function answerFolders(
  cloud: AsposeCloudEmulator,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  cloud.route('GET', /\/storage\/folder\/[^/]+$/, answer, { public: true });
}

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  '%s',
  (_, sdk) => {
    async function start() {
      const { cloud, tokens } = await startSdkApp();
      await tokens.getToken();
      return { cloud, tokens, list: sdk.connect(tokens, cloud.url) };
    }

    it('survives a revocation under 100 calls at once, at the price of one token request', async () => {
      const { cloud, tokens, list } = await start();
      const revoked = await tokens.getAuthorizationHeader();
      cloud.revokeAll();

      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_call, number) =>
          list(`folder-${number}`),
        ),
      );

      expect(answers).toStrictEqual(
        answers.map((_answer, number) => [`folder-${number}.xlsx`]),
      );
      expect(cloud.counters).toMatchObject({
        tokenRequests: 2,
        callsWithInvalidToken: 100,
        callsWithValidToken: 100,
      });
      const refused = cloud.apiCalls.filter(({ token }) => token === 'invalid');
      expect(
        new Set(refused.map(({ headers }) => headers.authorization)),
      ).toStrictEqual(new Set([revoked]));
    });

    it('waits for a renewal that takes its time', async () => {
      const { cloud, list } = await start();
      cloud.revokeAll();
      cloud.failNext({ kind: 'slow-headers', delayMs: 400 });

      expect(await list('folder')).toStrictEqual(['folder.xlsx']);
    });

    it.each(BODIES)(
      'recovers from a 401 that says %s',
      async (_what, type, body) => {
        const { cloud, list } = await start();
        cloud.revokeAll();
        answerFolders(cloud, (_request, response) => {
          const isValid = cloud.apiCalls.at(-1)?.token === 'valid';
          response.writeHead(isValid ? 200 : 401, {
            'Content-Type': isValid ? 'application/json' : type,
          });
          response.end(
            isValid ? '{"Value":[{"Name":"a"}],"value":[{"name":"a"}]}' : body,
          );
        });

        expect(await list('folder')).toStrictEqual(['a']);

        expect(cloud.counters).toMatchObject({
          tokenRequests: 2,
          callsWithInvalidToken: 1,
          callsWithValidToken: 1,
        });
      },
    );

    it.each(BODIES)(
      'passes the 401 of an API on that accepts no token and says %s',
      async (_what, type, body) => {
        const { cloud, list } = await start();
        answerFolders(cloud, (_request, response) => {
          response.writeHead(401, { 'Content-Type': type }).end(body);
        });

        const unhandled = await unhandledRejectionsOf(async () => {
          for (let call = 0; call < 3; call += 1) {
            const error = await endOf(list('folder'));
            expect(error).toBeInstanceOf(Object);
            expect(failedCallOf(error)).toMatch(/^\w+Api\.getFilesList$/);
          }
        });

        expect(unhandled).toStrictEqual([]);
        expect(cloud.counters.tokenRequests).toBe(2);
        // Slides sends the one token twice that it has.
        expect(cloud.apiCalls.length).toBeLessThanOrEqual(
          sdk.name === 'Slides' ? 6 : 4,
        );
      },
    );

    it.each(
      BODIES.flatMap(([what, type, body]) =>
        [404, 503].map((status) => [status, what, type, body] as const),
      ),
    )(
      'rejects where the API answers %i and says %s',
      async (status, _what, type, body) => {
        const { cloud, list } = await start();
        answerFolders(cloud, (_request, response) => {
          response.writeHead(status, { 'Content-Type': type }).end(body);
        });

        const error = await endOf(list('folder'));

        expect(error).toBeInstanceOf(Object);
        expect(failedCallOf(error)).toMatch(/^\w+Api\.getFilesList$/);
        expect(cloud.counters.tokenRequests).toBe(1);
        expect(cloud.apiCalls).toHaveLength(1);
      },
    );

    it('notes no failure as a call to Aspose that was not made', async () => {
      const { cloud, tokens } = await startSdkApp();
      cloud.failNext({ kind: 'refuse' }, { times: Infinity });
      const list = sdk.connect(tokens, cloud.url);

      const error = await endOf(list('folder'));

      expect(error).toBeInstanceOf(Error);
      expect(cloud.apiCalls).toStrictEqual([]);
      expect(failedCallOf(error)).toBeUndefined();
    });
  },
);
