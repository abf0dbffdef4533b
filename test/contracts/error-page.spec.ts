import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';

import * as rxjs from 'rxjs';
import { describe, expect, it, vi } from 'vitest';

import * as library from '../../lib/index.js';
import { callFailureResponse } from '../../lib/inbound/aspose-error-response.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { runSnippet, snippetWith } from '../support/run-snippet.js';

const PAGE = 'docs/errors.md';
const { AsposeAuthError, AsposeAuthErrorCode, asposeErrorResponse } = library;
const OWN = "Aspose's own message";

/** The rows of the table: the statuses that a row names, and what it promises. */
const ROWS = [
  ...readFileSync(PAGE, 'utf8').matchAll(
    /^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm,
  ),
]
  .map(([, what = '', status = '', message = '']) => ({
    what,
    status,
    message,
  }))
  .slice(1)
  .filter(({ what }) => !what.startsWith('---'));

const answered = ROWS.filter(({ what }) => /^\d/.test(what));

describe('The table of what callers get', () => {
  it('is there', () => {
    expect(ROWS).toHaveLength(13);
    expect(answered).toHaveLength(7);
  });

  it.each(answered)('is right about $what', ({ what, status, message }) => {
    const statuses = [...what.matchAll(/\b\d{3}\b/g)].map(Number);
    for (const one of statuses) {
      const response = callFailureResponse({
        kind: 'answered',
        status: one,
        message: what.includes('no message') ? undefined : OWN,
        retryAfterMs: 5_000,
      });

      const promised =
        status === 'the same status' ? one : Number(/\d+/.exec(status));
      const isOwn = message.startsWith(OWN);
      expect([one, response.status, response.body.message]).toStrictEqual([
        one,
        promised,
        isOwn ? OWN : message,
      ]);
      expect([one, 'Retry-After' in response.headers]).toStrictEqual([
        one,
        status.includes('Retry-After'),
      ]);
    }
  });

  it('names every status that is not like all others', () => {
    const named = answered.flatMap(({ what }) =>
      [...what.matchAll(/\b\d{3}\b/g)].map(Number),
    );
    const others = Array.from({ length: 300 }, (_, index) => 300 + index)
      .filter((status) => !named.includes(status))
      .map((status) =>
        callFailureResponse({ kind: 'answered', status, message: 'x' }),
      );

    expect(new Set(others.map(({ status }) => status))).toStrictEqual(
      new Set([502]),
    );
  });

  it.each([
    ['the connection', 'unreachable'],
    ['a time limit', 'timed-out'],
    ['a signal of yours', 'called-off'],
  ] as const)('is right about %s', (start, kind) => {
    const row = ROWS.find(({ what }) => what.startsWith(start));
    const { status, body } = callFailureResponse({ kind });

    expect([`${status}`, body.message]).toStrictEqual([
      row?.status,
      row?.message,
    ]);
  });

  it('is right about every failure to get a token', () => {
    const promised = ROWS.filter(({ what }) => what.startsWith('no token'));
    const answers = Object.values(AsposeAuthErrorCode)
      .map((code) => asposeErrorResponse(new AsposeAuthError(code, '')))
      .filter((answer) => answer !== undefined)
      .map(({ status, headers, body }) =>
        [`${status}, \`${Object.keys(headers).join()}\``, body.message].join(),
      );

    expect(new Set(answers)).toStrictEqual(
      new Set(promised.map(({ status, message }) => `${status},${message}`)),
    );
  });

  it.each([
    ['a wrong secret', 'CREDENTIALS_REFUSED', 502],
    ['an unusable answer', 'RESPONSE_NOT_JSON', 502],
    ['a hold', 'TOKEN_UNAVAILABLE', 503],
    ['a token endpoint that throttles', 'THROTTLED', 503],
    ['a token endpoint that is down', 'TOKEN_ENDPOINT_UNREACHABLE', 503],
    ['an unknown tenant', 'UNKNOWN_TENANT', 503],
    ['a token endpoint that is slow', 'TOKEN_REQUEST_TIMEOUT', 504],
    ['a call without a tenant', 'NO_TENANT', undefined],
    ['a foreign host', 'FOREIGN_ORIGIN', undefined],
    ['an unknown client', 'UNKNOWN_CLIENT', undefined],
  ] as const)('is right about %s', (_, code, status) => {
    const error = new AsposeAuthError(AsposeAuthErrorCode[code], '');

    expect(asposeErrorResponse(error)?.status).toBe(status);
  });
});

/** What the page has for a retry. */
interface Recipe {
  readonly asAsposeAsks: (
    error: unknown,
    attempt: number,
  ) => rxjs.Observable<unknown>;
  readonly repeated: <T>(
    call: () => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>;
}

/** Runs the recipe of the page with this package, not with the built one. */
async function recipeOf(
  asposeCallFailure = library.asposeCallFailure,
): Promise<Recipe> {
  const { throwError, timer } = rxjs;
  const names = { asposeCallFailure, throwError, timer };
  const recipe = snippetWith('function waitMsBefore', PAGE);
  return (await runSnippet(recipe, names)) as Recipe;
}

const PATH = '/v4.0/cells/status/check';

async function startCalls() {
  const judge = vi.fn<typeof library.asposeCallFailure>(
    library.asposeCallFailure,
  );
  const recipe = await recipeOf(judge);
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp().overCloud(cloud).start();
  const asposeFetch = library.createAsposeFetch(tokens);
  await tokens.getToken();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  cloud.route('PUT', PATH, (_, response) => void response.end('"OK"'));
  const fail = (status: number, retryAfter?: string, times = 1) =>
    cloud.failNext(
      {
        kind: 'answer',
        status,
        headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
      },
      { path: 'api', times },
    );
  type Call = (
    init?: { method?: string; data?: unknown },
    signal?: AbortSignal,
  ) => Promise<unknown>;
  const calls: Record<string, Call> = {
    HttpService: ({ method = 'GET', data } = {}, signal) => {
      const end = signal ? rxjs.fromEvent(signal, 'abort') : rxjs.NEVER;
      return rxjs.firstValueFrom(
        aspose
          .request({ url: PATH, method, data })
          .pipe(
            rxjs.retry({ delay: recipe.asAsposeAsks }),
            rxjs.takeUntil(end),
          ),
      );
    },
    fetch: ({ method = 'GET', data } = {}, signal) =>
      recipe.repeated(async () => {
        const response = await asposeFetch(`${cloud.url}${PATH}`, {
          method,
          body: data as NonNullable<RequestInit['body']>,
          signal: signal ?? null,
        });
        if (!response.ok) throw await library.AsposeApiError.from(response);
        return response;
      }, signal),
  };
  return { cloud, calls, fail, judge };
}

describe.each(['HttpService', 'fetch'])('The recipe for %s', (name) => {
  const start = async () => {
    const { calls, ...rest } = await startCalls();
    return {
      call: calls[name] as NonNullable<(typeof calls)[string]>,
      ...rest,
    };
  };

  it.each([429, 503])(
    'makes a call again that was answered with %i, when Aspose says',
    async (status) => {
      const { cloud, call, fail } = await start();
      fail(status, '1');
      const startedAt = performance.now();

      await call({ method: 'PUT', data: 'a workbook' });

      expect(cloud.apiCalls).toHaveLength(2);
      expect(performance.now() - startedAt).toBeGreaterThan(990);
    },
  );

  it('gives up in the end, with what Aspose answered', async () => {
    const { cloud, call, fail } = await start();
    fail(429, '0', Infinity);

    const error = await rejectionOf(call());

    expect(library.asposeCallFailure(error)?.status).toBe(429);
    expect(cloud.apiCalls).toHaveLength(4);
  });

  it.each<[string, number, string | undefined, object]>([
    ['another status', 500, '0', {}],
    ['a wait that is too long', 503, '31', {}],
    [
      'a date that is too far',
      429,
      new Date(Date.now() + 3_600_000).toUTCString(),
      {},
    ],
    ['a POST that may have been carried out', 503, '0', { method: 'POST' }],
  ])('leaves %s alone', async (_, status, retryAfter, init) => {
    const { cloud, call, fail } = await start();
    fail(status, retryAfter);

    const error = await rejectionOf(call(init));

    expect(library.asposeCallFailure(error)?.status).toBe(status);
    expect(cloud.apiCalls).toHaveLength(1);
  });

  it('leaves a stream alone, which is used up', async () => {
    const { cloud, call, fail } = await start();
    fail(429, '0');
    const data = Readable.from([Buffer.from('a workbook')]);

    const error = await rejectionOf(call({ method: 'PUT', data }));

    expect(library.asposeCallFailure(error)?.status).toBe(429);
    expect(cloud.apiCalls).toHaveLength(1);
  });

  it('waits no longer than its caller', async () => {
    const { cloud, call, fail, judge } = await start();
    fail(429, '20', 2);
    const controller = new AbortController();
    const calling = rejectionOf(call({}, controller.signal));
    await vi.waitUntil(() => judge.mock.calls.length === 1);

    controller.abort();
    await calling;

    expect(cloud.apiCalls).toHaveLength(1);
  });

  it('leaves other errors alone', async () => {
    const recipe = await recipeOf();
    const noDisk = new Error('no disk');

    expect(
      await rejectionOf(recipe.repeated(() => Promise.reject(noDisk))),
    ).toBe(noDisk);
    expect(
      await rejectionOf(rxjs.firstValueFrom(recipe.asAsposeAsks(noDisk, 1))),
    ).toBe(noDisk);
  });
});
