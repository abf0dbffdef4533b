import { Readable } from 'node:stream';

import {
  type ArgumentsHost,
  BadRequestException,
  Logger,
} from '@nestjs/common';
import {
  APP_FILTER,
  ExternalContextCreator,
  HttpAdapterHost,
} from '@nestjs/core';
import { firstValueFrom, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  AccessToken,
  AsposeAuthExceptionFilter,
  AsposeAuthInterceptor,
  ForeignOriginError,
  StaticTokenSource,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { MalformedBodyFilter } from '../../../lib/endpoint/index.js';
import { noteFailedCall } from '../../../lib/http/failed-call.js';
import { guardedTokenOf } from '../../../lib/inbound/guarded-tokens.js';
import { contextOf } from '../../support/contexts.js';
import { guardOver } from '../../support/guard-over.js';
import { nestApp } from '../../support/nest-app.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

const CONTEXTS = ['rpc', 'ws', 'graphql'];
const error = new TokenUnavailableError('none', { retryAfterMs: 5_000 });

/** As in an app without an HTTP server, where there is no adapter. */
const adapterHost = new HttpAdapterHost();

describe.each(CONTEXTS)('Where the context is %s', (type) => {
  it('the guard throws the error as it is', async () => {
    const guard = guardOver(new ScriptedTokens(error));

    expect(await rejectionOf(guard.canActivate(contextOf(type, {})))).toBe(
      error,
    );
  });

  it('the interceptor lets the error pass', async () => {
    const interceptor = new AsposeAuthInterceptor(adapterHost);

    const result = interceptor.intercept(contextOf(type, {}), {
      handle: () => throwError(() => error),
    });

    expect(await rejectionOf(firstValueFrom(result))).toBe(error);
  });

  it('the interceptor lets a value pass', async () => {
    const interceptor = new AsposeAuthInterceptor(adapterHost);

    const result = interceptor.intercept(contextOf(type, {}), {
      handle: () => of('done'),
    });

    expect(await firstValueFrom(result)).toBe('done');
  });

  it('the guard keeps the token for the first argument, be it an object', async () => {
    const guard = guardOver(new StaticTokenSource(new AccessToken('static')));
    const context = contextOf(type, { message: 1 });

    expect(await guard.canActivate(context)).toBe(true);
    expect(guardedTokenOf(context)?.value).toBe('static');
    expect(await guard.canActivate(contextOf(type, 'a message'))).toBe(true);
    expect(await guard.canActivate(contextOf(type, null))).toBe(true);
    expect(await guard.canActivate(contextOf(type))).toBe(true);
  });
});

const UNAVAILABLE = {
  status: 'error',
  message: 'No Aspose Cloud access token is available right now.',
};
const UNKNOWN = { status: 'error', message: 'Internal server error' };
const foreign = new ForeignOriginError('https://host', []);

/** A client of Socket.IO: what it gets, by event. */
function socketClient() {
  const events: unknown[] = [];
  const emit = (...event: unknown[]) => events.push(event);
  return { client: { emit }, events };
}

/** A bare WebSocket: what it gets, and which events stay on this side of it. */
function bareClient() {
  const messages: unknown[] = [];
  const local: unknown[] = [];
  const client = {
    readyState: 1,
    send: (text: string) => messages.push(JSON.parse(text)),
    emit: (...event: unknown[]) => local.push(event),
  };
  return { client, messages, local };
}

function recordedLog(): RecordingLogger {
  const logger = new RecordingLogger();
  Logger.overrideLogger(logger);
  onTestFinished(() => Logger.overrideLogger(false));
  return logger;
}

describe.each<{
  name: string;
  answer: (thrown: Error, host: ArgumentsHost) => unknown;
  thrown: Error;
  expected: object;
}>([
  {
    name: 'AsposeAuthExceptionFilter, for want of a token,',
    answer: (thrown, host) =>
      new AsposeAuthExceptionFilter(adapterHost).catch(thrown, host),
    thrown: error,
    expected: UNAVAILABLE,
  },
  {
    name: 'AsposeAuthExceptionFilter, for another error,',
    answer: (thrown, host) =>
      new AsposeAuthExceptionFilter(adapterHost).catch(thrown, host),
    thrown: foreign,
    expected: UNKNOWN,
  },
  {
    name: 'MalformedBodyFilter',
    answer: (thrown, host) =>
      new MalformedBodyFilter(adapterHost).catch(thrown, host),
    thrown: new BadRequestException('Unexpected end of JSON input'),
    expected: UNKNOWN,
  },
])('$name at a gateway', ({ answer, thrown, expected }) => {
  it('answers a client of Socket.IO', () => {
    recordedLog();
    const { client, events } = socketClient();

    answer(thrown, contextOf('ws', client, {}, 'convert'));

    expect(events).toStrictEqual([['exception', expected]]);
  });

  it('answers a bare WebSocket, whose own events do not leave the process', () => {
    recordedLog();
    const { client, messages, local } = bareClient();

    answer(thrown, contextOf('ws', client, {}, 'convert'));

    expect(messages).toStrictEqual([{ event: 'exception', data: expected }]);
    expect(local).toStrictEqual([]);
  });

  it('takes it that the client has gone', () => {
    recordedLog();

    expect(answer(thrown, contextOf('ws', undefined))).toBeUndefined();
    expect(answer(thrown, contextOf('ws', {}))).toBeUndefined();
  });

  it('logs what it does not tell the client', () => {
    const logger = recordedLog();

    answer(thrown, contextOf('ws', socketClient().client));

    expect(
      logger.lines.map(({ level, message, context }) => [
        level,
        message,
        context,
      ]),
    ).toStrictEqual(
      expected === UNKNOWN
        ? [['error', thrown.message, 'WsExceptionsHandler']]
        : [],
    );
  });
});

describe('AsposeAuthExceptionFilter in a microservice', () => {
  const filter = new AsposeAuthExceptionFilter(adapterHost);

  it('tells the client that there is no token, and no more than that', async () => {
    const result = filter.catch(error, contextOf('rpc', {}, {}));

    expect(
      await rejectionOf(firstValueFrom(result as Observable<never>)),
    ).toStrictEqual(UNAVAILABLE);
  });

  it('leaves other errors to Nest, which answers where a filter returns nothing', () => {
    expect(filter.catch(foreign, contextOf('rpc', {}, {}))).toBeUndefined();
  });
});

/** What axios rejects with for a streamed answer of Aspose that failed. */
function failedStream(): Error {
  const data = Readable.from(['{"Message":"No sheet."}']);
  const thrown = Object.assign(new Error('Request failed'), {
    response: { status: 400, data },
  });
  noteFailedCall(thrown, 'GET https://api.aspose.cloud/v4.0/cells');
  return thrown;
}

describe('AsposeAuthExceptionFilter, for a call that failed,', () => {
  const filter = new AsposeAuthExceptionFilter(adapterHost);
  const expected = { status: 'error', message: 'No sheet.' };
  const LINE =
    'warn: GET https://api.aspose.cloud/v4.0/cells was answered with 400, No sheet.';

  it('tells the client of a microservice, and the log', async () => {
    const logger = recordedLog();

    const result = filter.catch(failedStream(), contextOf('rpc', {}, {}));

    expect(
      await rejectionOf(firstValueFrom(result as Observable<never>)),
    ).toStrictEqual(expected);
    expect(logger.own).toStrictEqual([LINE]);
  });

  it('tells the client of a gateway, and the log', async () => {
    const logger = recordedLog();
    const { client, events } = socketClient();

    filter.catch(failedStream(), contextOf('ws', client, {}, 'convert'));

    await vi.waitUntil(() => events.length > 0);
    expect(events).toStrictEqual([['exception', expected]]);
    expect(logger.own).toStrictEqual([LINE]);
  });

  it('leaves a resolver’s to Nest, and tells the log', async () => {
    const thrown = failedStream();
    const resolve = await resolverThat(thrown);
    const logger = recordedLog();

    expect(await rejectionOf(resolve())).toBe(thrown);
    await vi.waitUntil(() => logger.own.length > 0);
    expect(logger.own).toStrictEqual([LINE]);
  });

  it('answers though the logger of the app throws', () => {
    const { client, events } = socketClient();
    const logger = recordedLog();
    logger.debug = () => {
      throw new Error('no log');
    };
    const thrown = new DOMException('aborted', 'AbortError');
    noteFailedCall(thrown, 'GET /');

    filter.catch(thrown, contextOf('ws', client));

    expect(events).toHaveLength(1);
  });
});

describe('MalformedBodyFilter in a microservice', () => {
  it('leaves it to Nest, which answers where a filter returns nothing', () => {
    const filter = new MalformedBodyFilter(adapterHost);
    const thrown = new BadRequestException('Unexpected end of JSON input');

    expect(filter.catch(thrown, contextOf('rpc', {}, {}))).toBeUndefined();
  });
});

/** Has Nest call a resolver as `@nestjs/graphql` and its like do, with the filters of the app. */
async function resolverThat(thrown: Error): Promise<() => Promise<unknown>> {
  const module = await nestApp()
    .declaring({
      providers: [
        { provide: APP_FILTER, useClass: MalformedBodyFilter },
        { provide: APP_FILTER, useClass: AsposeAuthExceptionFilter },
      ],
    })
    .compile();
  const resolver = { resolve: () => Promise.reject(thrown) };
  return module
    .get(ExternalContextCreator)
    .create(
      resolver,
      resolver.resolve,
      'resolve',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'graphql',
    );
}

describe('The filters of the app where the context is graphql', () => {
  it.each([
    error,
    foreign,
    new BadRequestException('Unexpected end of JSON input'),
  ])('let %o pass', async (thrown) => {
    const resolve = await resolverThat(thrown);
    const logger = recordedLog();

    expect(await rejectionOf(resolve())).toBe(thrown);
    expect(logger.lines.map(({ context }) => context)).not.toContain(
      'WsExceptionsHandler',
    );
  });
});
