import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { firstValueFrom, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  AsposeAuthExceptionFilter,
  AsposeAuthInterceptor,
  AsposeTokenGuard,
  StaticTokenSource,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { guardedTokenOf } from '../../../lib/inbound/guarded-token.js';
import { contextOf } from '../../support/contexts.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

const CONTEXTS = ['rpc', 'ws', 'graphql'];
const error = new TokenUnavailableError('none', { retryAfterMs: 5_000 });

/** As in an app without an HTTP server, where there is no adapter. */
const adapterHost = new HttpAdapterHost();

describe.each(CONTEXTS)('Where the context is %s', (type) => {
  it('the guard throws the error as it is', async () => {
    const guard = new AsposeTokenGuard(
      new ScriptedTokens(error),
      new Reflector(),
      adapterHost,
    );

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
    const guard = new AsposeTokenGuard(
      new StaticTokenSource(new AccessToken('static')),
      new Reflector(),
      adapterHost,
    );
    const context = contextOf(type, { message: 1 });

    expect(await guard.canActivate(context)).toBe(true);
    expect(guardedTokenOf(context)?.value).toBe('static');
    expect(await guard.canActivate(contextOf(type, 'a message'))).toBe(true);
    expect(await guard.canActivate(contextOf(type))).toBe(true);
  });
});

describe('AsposeAuthExceptionFilter', () => {
  const filter = new AsposeAuthExceptionFilter(adapterHost);

  it('hands the error to the client of a microservice', async () => {
    const result = filter.catch(
      error,
      contextOf('rpc', {}),
    ) as Observable<never>;

    expect(await rejectionOf(firstValueFrom(result))).toBe(error);
  });

  it.each(['ws', 'graphql'])(
    'lets the error pass where the context is %s',
    (type) => {
      expect(() => filter.catch(error, contextOf(type, {}))).toThrow(error);
    },
  );
});
