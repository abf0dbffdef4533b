import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { AsposeClient } from './clients/aspose-client.js';
import { ClientRegistry } from './clients/client-registry.js';
import { type ClientPart, tokenOf } from './clients/injection-tokens.js';
import { AsposeAuthExceptionFilter } from './inbound/aspose-auth-exception.filter.js';
import { AsposeAuthInterceptor } from './inbound/aspose-auth.interceptor.js';
import { AsposeTokenGuard } from './inbound/aspose-token.guard.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';
import {
  CANNOT_START,
  type ResolvedOptions,
  resolveOptions,
} from './options/resolve-options.js';
import {
  assertSingleRegistration,
  assertStaticScope,
  staticScopeAtBoot,
} from './registration/registration-checks.js';
import { SystemTokenClock, TokenClock } from './token/token-clock.js';
import { completeSource } from './token/token-layer.js';
import type { TokenSource } from './token/token-source.js';

/** Provides what there is once per app. Every registration imports and re-exports it. */
@Module({
  providers: [
    { provide: TokenClock, useClass: SystemTokenClock },
    {
      provide: ClientRegistry,
      inject: [ModulesContainer, TokenClock],
      useFactory: (modules: ModulesContainer, clock: TokenClock) =>
        ClientRegistry.of(modules, clock),
    },
    AsposeAuthInterceptor,
    AsposeAuthExceptionFilter,
  ],
  exports: [
    TokenClock,
    ClientRegistry,
    AsposeAuthInterceptor,
    AsposeAuthExceptionFilter,
  ],
})
export class AsposeAuthCoreModule {}

/** What an app can inject of a client. */
export function exportsOf(name: string): Required<DynamicModule>['exports'] {
  const parts = ['tokens', 'source', 'http', 'fetch'] as const;
  return [
    ...parts.map((part) => tokenOf(part, name)),
    AsposeTokenGuard,
    AsposeAuthCoreModule,
  ];
}

/** The parts of a client. A test that overrides the part `tokens` reaches all others: they use the part `source`. */
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
        assertSingleRegistration(modules, its('givenOptions'), CANNOT_START);
        // Nest calls no hook of a module that is loaded lazily.
        assertStaticScope(modules, its('options'), CANNOT_START);
        return resolveOptions(options);
      },
    },
    staticScopeAtBoot(its('options'), CANNOT_START),
    {
      provide: its('tokens'),
      inject: [ClientRegistry, its('options')],
      useFactory: (registry: ClientRegistry, options: ResolvedOptions) =>
        registry.createTokens(name, options),
    },
    {
      provide: its('source'),
      inject: [its('tokens'), its('options')],
      useFactory: (tokens: TokenSource, options: ResolvedOptions) =>
        completeSource(tokens, options.allowedOrigins),
    },
    {
      provide: its('client'),
      inject: [ClientRegistry, its('options'), its('source')],
      useFactory: (
        registry: ClientRegistry,
        options: ResolvedOptions,
        tokens: TokenSource,
      ) => registry.add(new AsposeClient(name, options, tokens)),
    },
    ...(['http', 'fetch'] as const).map((part) => ({
      provide: its(part),
      inject: [its('client')],
      useFactory: (client: AsposeClient) => client[part],
    })),
    AsposeTokenGuard,
  ];
}
