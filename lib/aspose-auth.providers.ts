import type { DynamicModule, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type Observable, Subject } from 'rxjs';

import { AsposeAuthCoreModule } from './aspose-auth-core.module.js';
import { AsposeClient } from './clients/aspose-client.js';
import { AsposeTokenService } from './clients/aspose-token.service.js';
import { ClientRegistry } from './clients/client-registry.js';
import { type ClientPart, tokenOf } from './clients/injection-tokens.js';
import { buildTokenTower } from './clients/token-tower.js';
import { AsposeHttpService } from './http/axios/aspose-http.service.js';
import {
  type AsposeFetch,
  createAsposeFetch,
} from './http/fetch/create-aspose-fetch.js';
import { AsposeTokenGuard } from './inbound/aspose-token.guard.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';
import {
  CANNOT_START,
  type ResolvedOptions,
  resolveOptions,
} from './options/resolve-options.js';
import { assertSingleRegistration } from './registration/single-registration.js';
import { assertStaticScope } from './registration/static-scope.js';
import { completeSource } from './token/stand-in.token-source.js';
import type { AsposeTokenEvent } from './token/token-event.js';
import type { TokenSource } from './token/token-source.js';
import { axiosTokenTransport } from './transport/axios-token-transport.js';

/** What an app can inject of a client. */
export function exportsOf(name: string): Required<DynamicModule>['exports'] {
  const parts = ['tokens', 'source', 'http', 'fetch'] as const;
  return [
    ...parts.map((part) => tokenOf(part, name)),
    AsposeTokenGuard,
    AsposeAuthCoreModule,
  ];
}

/**
 * The parts of a client.
 *
 * Each part, and the client itself, gets the others by injection: a test that overrides one overrides it for all.
 */
export function providersOf(name: string): Provider[] {
  const its = (part: ClientPart) => tokenOf(part, name);
  return [
    {
      provide: its('options'),
      inject: [its('givenOptions'), ModulesContainer],
      useFactory: (
        options: AsposeAuthModuleOptions,
        modules: ModulesContainer,
      ): ResolvedOptions => {
        assertSingleRegistration(modules, its('givenOptions'));
        return resolveOptions(options);
      },
    },
    assertStaticScope(its('options'), CANNOT_START),
    { provide: its('events'), useFactory: () => new Subject() },
    {
      provide: its('tokens'),
      inject: [its('options'), its('events'), ClientRegistry],
      useFactory: (
        options: ResolvedOptions,
        events: Subject<AsposeTokenEvent>,
        { shared }: ClientRegistry,
      ) => {
        const tower = buildTokenTower({
          ...shared,
          client: name,
          options,
          transport: axiosTokenTransport(options.tokenAxios),
          onEvent: (event) => events.next(event),
        });
        return new AsposeTokenService(tower, events, options.allowedOrigins);
      },
    },
    {
      provide: its('source'),
      inject: [its('tokens')],
      useFactory: completeSource,
    },
    {
      provide: its('http'),
      inject: [its('source'), its('options')],
      useFactory: (tokens: TokenSource, options: ResolvedOptions) =>
        new AsposeHttpService(tokens, options),
    },
    {
      provide: its('fetch'),
      inject: [its('source'), its('options')],
      useFactory: (tokens: TokenSource, options: ResolvedOptions) =>
        createAsposeFetch(tokens, {
          allowedOrigins: options.allowedOrigins,
          // Whether http: origins are permitted was decided when the options were checked.
          allowInsecureHttp: true,
          fetch: options.fetch,
        }),
    },
    {
      provide: its('client'),
      inject: [
        ClientRegistry,
        its('options'),
        its('events'),
        its('source'),
        its('http'),
        its('fetch'),
      ],
      useFactory: (
        registry: ClientRegistry,
        options: ResolvedOptions,
        events$: Observable<AsposeTokenEvent>,
        tokens: TokenSource,
        http: AsposeHttpService,
        fetch: AsposeFetch,
      ) =>
        registry.add(
          new AsposeClient({ name, options, events$, tokens, http, fetch }),
        ),
    },
    AsposeTokenGuard,
  ];
}
