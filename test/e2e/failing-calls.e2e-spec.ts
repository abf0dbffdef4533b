import { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  type Provider,
  Query,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import axios, { type AxiosInstance } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeApiError,
  AsposeAuthExceptionFilter,
  AsposeAuthInterceptor,
  type AsposeFetch,
  asposeErrorResponse,
  AsposeHttpService,
  AsposeTokenService,
  attachAsposeToken,
  InjectAsposeFetch,
} from '../../lib/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { leaksIn } from '../support/leaks.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';

const BASE_URL = Symbol('BASE_URL');
const PATH = '/v4.0/cells/status/check';

/** Calls Aspose in each way. */
@Controller()
class CallingController {
  readonly #attached: AxiosInstance = axios.create();
  readonly #others = axios.create();

  constructor(
    private readonly aspose: AsposeHttpService,
    @InjectAsposeFetch() private readonly fetch: AsposeFetch,
    tokens: AsposeTokenService,
    @Inject(BASE_URL) private readonly baseUrl: string,
  ) {
    attachAsposeToken(this.#attached, tokens);
  }

  @Get('json')
  async json(@Query('timeout') timeout = 0): Promise<unknown> {
    const call = this.aspose.get(PATH, { timeout });
    return (await firstValueFrom(call)).data;
  }

  @Get('stream')
  async stream(@Query('timeout') timeout = 0): Promise<unknown> {
    const responseType = 'stream';
    const call = this.aspose.get(PATH, { timeout, responseType });
    return (await firstValueFrom(call)).status;
  }

  @Get('bytes')
  async bytes(@Query('timeout') timeout?: string): Promise<unknown> {
    const call = this.aspose.get(PATH, {
      responseType: 'arraybuffer',
      ...(timeout && { signal: AbortSignal.timeout(Number(timeout)) }),
    });
    return (await firstValueFrom(call)).status;
  }

  @Get('attached')
  async attached(@Query('timeout') timeout = 0): Promise<unknown> {
    const url = `${this.baseUrl}${PATH}`;
    try {
      return (await this.#attached.get(url, { timeout })).data;
    } catch (cause) {
      throw new Error('No status today', { cause });
    }
  }

  @Get('fetch')
  async byFetch(@Query('timeout') timeout?: string): Promise<unknown> {
    const response = await this.fetch(
      `${this.baseUrl}${PATH}`,
      timeout ? { signal: AbortSignal.timeout(Number(timeout)) } : {},
    );
    if (!response.ok) throw await AsposeApiError.from(response);
    return response.json();
  }

  @Get('head')
  async head(): Promise<unknown> {
    return (await firstValueFrom(this.aspose.head(PATH))).status;
  }

  @Get('read-stream')
  async readStream(): Promise<unknown> {
    const call = this.aspose.get<Readable>(PATH, { responseType: 'stream' });
    return text((await firstValueFrom(call)).data);
  }

  @Get('read-fetch')
  async readFetch(): Promise<unknown> {
    return (await this.fetch(`${this.baseUrl}${PATH}`)).text();
  }

  @Get('elsewhere')
  async elsewhere(@Query('url') url: string): Promise<unknown> {
    return (await this.#others.get(url)).data;
  }

  @Get('database')
  database(): never {
    throw new DatabaseError('locked');
  }
}

class DatabaseError extends Error {}

const CLIENTS = ['json', 'stream', 'bytes', 'attached', 'fetch'];

interface Way {
  readonly name: string;
  readonly providers: Provider[];
}

const FILTER: Way = {
  name: 'AsposeAuthExceptionFilter',
  providers: [{ provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter }],
};

const INTERCEPTOR: Way = {
  name: 'AsposeAuthInterceptor',
  providers: [{ provide: APP_INTERCEPTOR, useExisting: AsposeAuthInterceptor }],
};

async function startApp(platform: Platform, { providers }: Way) {
  const cloud = await startCloud();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { url, logger, tokens } = await nestApp()
    .with({ ...optionsFor(cloud), axios: { httpAgent: agent } })
    .declaring({
      controllers: [CallingController],
      providers: [{ provide: BASE_URL, useValue: cloud.url }, ...providers],
    })
    .on(platform)
    .start();
  await tokens.getToken();
  const warnings = () =>
    logger.lines
      .filter(({ context }) => context === 'AsposeAuth')
      .filter(({ level }) => level === 'warn')
      .map(({ message }) => message);
  return { cloud, url, logger, warnings };
}

const answerWith = (
  status: number,
  body?: unknown,
  headers = {},
): EmulatorFault => ({ kind: 'answer', status, body, headers });

const SAID = { Error: { Code: 'errorX', Message: 'No sheet "a".' } };

/** What Aspose does, and what the caller of the app gets: status, message, `Retry-After`. */
const CASES: [EmulatorFault, number, string, string?][] = [
  [answerWith(400, SAID), 400, 'No sheet "a".'],
  [answerWith(404, SAID), 404, 'No sheet "a".'],
  [answerWith(422, SAID), 422, 'No sheet "a".'],
  [answerWith(501, SAID), 501, 'No sheet "a".'],
  [answerWith(404), 502, 'Aspose Cloud gave no usable answer.'],
  [{ kind: 'html', status: 413 }, 413, 'Aspose Cloud does not take that much.'],
  [answerWith(403, SAID), 502, 'Aspose Cloud gave no usable answer.'],
  [
    answerWith(429, SAID, { 'Retry-After': '7' }),
    503,
    'Aspose Cloud is not available right now.',
    '7',
  ],
  [answerWith(429, SAID), 503, 'Aspose Cloud is not available right now.'],
  [answerWith(402, SAID), 503, 'Aspose Cloud is not available right now.'],
  [
    { kind: 'throttle', status: 503, retryAfter: '0' },
    503,
    'Aspose Cloud is not available right now.',
    '1',
  ],
  [{ kind: 'html', status: 500 }, 502, 'Aspose Cloud gave no usable answer.'],
  [answerWith(504, SAID), 504, 'Aspose Cloud did not answer in time.'],
  [{ kind: 'reset' }, 502, 'Aspose Cloud gave no usable answer.'],
];

describe.each(
  platforms.flatMap((platform) =>
    [FILTER, INTERCEPTOR].map((way) => ({
      on: platform.platform,
      by: way.name,
      platform,
      way,
    })),
  ),
)('On $on, $by', ({ platform, way }) => {
  it.each(CLIENTS)(
    'answers what a call fails with, made by %s',
    async (client) => {
      const { cloud, url, warnings } = await startApp(platform, way);

      for (const [fault, status, message, retryAfter = null] of CASES) {
        cloud.failNext(fault, { path: 'api' });
        const linesBefore = warnings().length;

        const answer = await fetch(`${url}/${client}`);

        expect([fault, answer.status]).toStrictEqual([fault, status]);
        expect(await answer.json()).toStrictEqual({
          statusCode: status,
          message,
          error: expect.any(String),
        });
        expect(answer.headers.get('Retry-After')).toBe(retryAfter);
        // The reason is in the log, in one line, whatever the caller is told.
        expect(warnings().slice(linesBefore)).toStrictEqual([
          expect.stringMatching(`^GET ${cloud.url}${PATH} `),
        ]);
      }
    },
  );

  it('answers a HEAD by its status alone', async () => {
    const { cloud, url } = await startApp(platform, way);
    cloud.failNext({ kind: 'answer', status: 404 }, { path: 'api' });

    const answer = await fetch(`${url}/head`);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ message: 'Not Found' });
  });

  it.each(['read-stream', 'read-fetch'])(
    'answers 502 when what Aspose answers breaks off: %s',
    async (client) => {
      const { cloud, url, warnings } = await startApp(platform, way);
      cloud.route('GET', PATH, (_, response) => {
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('half a workbook', () => response.destroy());
      });

      const answer = await fetch(`${url}/${client}`);

      expect(answer.status).toBe(502);
      expect(warnings()).toStrictEqual([
        expect.stringMatching(`^GET ${cloud.url}${PATH} gave no answer: `),
      ]);
    },
  );

  it.each(CLIENTS)(
    'answers 504 when Aspose does not, to %s',
    async (client) => {
      const { cloud, url, warnings } = await startApp(platform, way);
      cloud.failNext({ kind: 'hang' }, { path: 'api' });

      const answer = await fetch(`${url}/${client}?timeout=50`);

      expect(answer.status).toBe(504);
      expect(await answer.json()).toMatchObject({
        message: 'Aspose Cloud did not answer in time.',
      });
      expect(warnings()).toHaveLength(1);
    },
  );

  it('answers one and the same unauthorized token alike, whatever the client', async () => {
    const { cloud, url } = await startApp(platform, way);
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });

    const answers = new Set<string>();
    for (const client of CLIENTS) {
      const answer = await fetch(`${url}/${client}`);
      expect(answer.status).toBe(502);
      expect(answer.headers.get('WWW-Authenticate')).toBeNull();
      answers.add(
        `${answer.headers.get('Retry-After')} ${await answer.text()}`,
      );
    }

    expect(answers.size).toBe(1);
  });

  it('leaves the failures of the app and of its other clients alone', async () => {
    const { url, warnings } = await startApp(platform, way);
    const site = await startSite((_, response) => {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(SAID));
    });

    const answers = await Promise.all([
      fetch(`${url}/elsewhere?url=${site.url}`),
      fetch(`${url}/database`),
      fetch(`${url}/nowhere`),
    ]);

    expect(answers.map(({ status }) => status)).toStrictEqual([500, 500, 404]);
    expect(warnings()).toStrictEqual([]);
  });

  it('keeps tokens, secrets and pages out of answers and logs', async () => {
    const { cloud, url, logger } = await startApp(platform, way);
    const token = cloud.issueToken();
    const canaries = { token, secret: cloud.clientSecret };
    const answers = [];

    for (const status of [400, 500]) {
      cloud.failNext(
        answerWith(status, {
          Message: `Bearer ${token} client_secret=${cloud.clientSecret}`,
        }),
        { path: 'api' },
      );
      answers.push(await (await fetch(`${url}/json`)).text());
    }

    expect(leaksIn([answers, logger.lines], canaries)).toStrictEqual([]);
  });
});

it.each(platforms)(
  'A streamed answer that failed frees its connection at once, on $platform',
  async (platform) => {
    const { cloud, url } = await startApp(platform, FILTER);
    cloud.failNext(answerWith(400, SAID), { path: 'api', times: 3 });

    // One connection alone is permitted.
    const answers = await Promise.all(
      ['stream', 'stream', 'stream', 'json'].map((client) =>
        fetch(`${url}/${client}`),
      ),
    );

    expect(answers.map(({ status }) => `${status}`).toSorted()).toStrictEqual([
      '200',
      '400',
      '400',
      '400',
    ]);
  },
);

/** Says which filter of the app answered. */
abstract class NamingFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: Error, host: ArgumentsHost): void {
    const answer = asposeErrorResponse(error);
    this.adapterHost.httpAdapter.reply(
      host.switchToHttp().getResponse(),
      { by: this.constructor.name, ...answer?.body },
      answer?.status ?? 418,
    );
  }
}

@Catch(DatabaseError)
class DatabaseFilter extends NamingFilter {}
Inject(HttpAdapterHost)(DatabaseFilter, undefined, 0);

@Catch()
class EverythingFilter extends NamingFilter {}
Inject(HttpAdapterHost)(EverythingFilter, undefined, 0);

describe('Beside other filters of the app, ours', () => {
  const ours = { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter };
  const theirs = { provide: APP_FILTER, useClass: DatabaseFilter };
  const everything = { provide: APP_FILTER, useClass: EverythingFilter };

  const answersWith = async (providers: Provider[]) => {
    const [platform] = platforms;
    const { cloud, url } = await startApp(platform, { name: '', providers });
    cloud.failNext(answerWith(400, SAID), { path: 'api' });
    const answers = await Promise.all([
      fetch(`${url}/json`),
      fetch(`${url}/database`),
    ]);
    return Promise.all(
      answers.map(async (answer) => {
        const { by } = (await answer.json()) as { by?: string };
        return [answer.status, by];
      }),
    );
  };

  it.each([
    ['before', [ours, theirs]],
    ['after', [theirs, ours]],
  ])('answers its own alone, registered %s them', async (_, providers) => {
    expect(await answersWith(providers)).toStrictEqual([
      [400, undefined],
      [418, 'DatabaseFilter'],
    ]);
  });

  it('comes first where one that catches everything is registered before', async () => {
    expect(await answersWith([everything, ours])).toStrictEqual([
      [400, undefined],
      [418, 'EverythingFilter'],
    ]);
  });

  it('can be asked by one that catches everything and is registered later', async () => {
    expect(await answersWith([ours, everything])).toStrictEqual([
      [400, 'EverythingFilter'],
      [418, 'EverythingFilter'],
    ]);
  });
});
