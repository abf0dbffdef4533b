import type { InjectionToken, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Subject } from 'rxjs';

import { ASPOSE_FETCH } from './clients/injection-tokens.js';
import { createTokenEngine } from './clients/token-tower.js';
import { CredentialMemory } from './credential/credential-memory.js';
import {
  ASPOSE_AUTH_ENGINE,
  ASPOSE_AUTH_EVENTS,
  ASPOSE_AUTH_MODULE_OPTIONS,
  ASPOSE_AUTH_RESOLVED_OPTIONS,
} from './clients/injection-tokens.js';
import { CANNOT_START } from './options/resolve-options.js';
import { AsposeTokenLifecycle } from './clients/warm-up.js';
import { AsposeTokenLogger } from './clients/token-log.js';
import { AsposeTokenService } from './clients/aspose-token.service.js';
import { AsposeHttpService } from './http/axios/aspose-http.service.js';
import {
  type AsposeFetch,
  createAsposeFetch,
} from './http/fetch/create-aspose-fetch.js';
import { AsposeAuthExceptionFilter } from './inbound/aspose-auth-exception.filter.js';
import { AsposeAuthInterceptor } from './inbound/aspose-auth.interceptor.js';
import { AsposeTokenGuard } from './inbound/aspose-token.guard.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';
import { assertStaticScope } from './registration/static-scope.js';
import {
  type ResolvedOptions,
  resolveOptions,
} from './options/resolve-options.js';
import { assertSingleRegistration } from './registration/single-registration.js';
import { SystemTokenClock, TokenClock } from './token/token-clock.js';
import type { AsposeTokenEvent } from './token/token-event.js';
import { TokenSource } from './token/token-source.js';
import { axiosTokenTransport } from './transport/axios-token-transport.js';

/** What an app can inject. */
export const PUBLIC_PROVIDERS: InjectionToken[] = [
  AsposeTokenService,
  AsposeHttpService,
  ASPOSE_FETCH,
  AsposeTokenGuard,
  AsposeAuthInterceptor,
  AsposeAuthExceptionFilter,
  TokenSource,
  TokenClock,
];

/** Everything between the options and what an app can inject. */
export const ASPOSE_AUTH_PROVIDERS: Provider[] = [
  {
    provide: ASPOSE_AUTH_RESOLVED_OPTIONS,
    inject: [ASPOSE_AUTH_MODULE_OPTIONS, ModulesContainer],
    useFactory: (
      options: AsposeAuthModuleOptions,
      modules: ModulesContainer,
    ): ResolvedOptions => {
      assertSingleRegistration(modules, ASPOSE_AUTH_MODULE_OPTIONS);
      return resolveOptions(options);
    },
  },
  assertStaticScope(ASPOSE_AUTH_RESOLVED_OPTIONS, CANNOT_START),
  { provide: TokenClock, useClass: SystemTokenClock },
  { provide: ASPOSE_AUTH_EVENTS, useFactory: () => new Subject() },
  {
    provide: ASPOSE_AUTH_ENGINE,
    inject: [ASPOSE_AUTH_RESOLVED_OPTIONS, TokenClock, ASPOSE_AUTH_EVENTS],
    useFactory: (
      options: ResolvedOptions,
      clock: TokenClock,
      events: Subject<AsposeTokenEvent>,
    ): TokenSource =>
      createTokenEngine(
        options,
        { clock, memory: new CredentialMemory(clock) },
        axiosTokenTransport(options.tokenAxios),
        (event) => events.next(event),
      ),
  },
  AsposeTokenService,
  // Whoever overrides the service in a test overrides what the guard and the HTTP service use.
  { provide: TokenSource, useExisting: AsposeTokenService },
  {
    provide: AsposeHttpService,
    inject: [TokenSource, ASPOSE_AUTH_RESOLVED_OPTIONS],
    useFactory: (tokens: TokenSource, options: ResolvedOptions) =>
      new AsposeHttpService(tokens, options),
  },
  {
    provide: ASPOSE_FETCH,
    inject: [TokenSource, ASPOSE_AUTH_RESOLVED_OPTIONS],
    useFactory: (tokens: TokenSource, options: ResolvedOptions): AsposeFetch =>
      createAsposeFetch(tokens, {
        allowedOrigins: options.allowedOrigins,
        // Whether http: origins are permitted was decided when the options were checked.
        allowInsecureHttp: true,
        fetch: options.fetch,
      }),
  },
  AsposeTokenLogger,
  AsposeTokenLifecycle,
  AsposeTokenGuard,
  AsposeAuthInterceptor,
  AsposeAuthExceptionFilter,
];
