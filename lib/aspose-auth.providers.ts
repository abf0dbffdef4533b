import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AsposeClient } from './clients/aspose-client.js';
import { AsposeClients } from './clients/aspose-clients.js';
import type { AsposeConnection } from './clients/aspose-connection.js';
import type { AsposeTokenService } from './clients/aspose-token.service.js';
import { namesIn } from './clients/client-names.js';
import { ClientRegistry } from './clients/client-registry.js';
import { type ClientPart, tokenOf } from './clients/injection-tokens.js';
import { assertInjectedClients } from './clients/injected-clients.js';
import type { AsposeHttpService } from './http/axios/aspose-http.service.js';
import type { AsposeFetch } from './http/fetch/create-aspose-fetch.js';
import { limitCalls } from './http/reachable.js';
import { AsposeAuthExceptionFilter } from './inbound/aspose-auth-exception.filter.js';
import { AsposeAuthInterceptor } from './inbound/aspose-auth.interceptor.js';
import { AsposeTokenGuard } from './inbound/aspose-token.guard.js';
import { assertRequiredClients } from './inbound/required-clients.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';
import {
  cannotStart,
  type ResolvedOptions,
  resolveOptions,
} from './options/resolve-options.js';
import { modulesOf } from './registration/app-modules.js';
import {
  assertSingleRegistration,
  assertStaticScope,
  staticScopeAtBoot,
} from './registration/registration-checks.js';
import { AsposeTenantGuard } from './tenants/aspose-tenant.guard.js';
import { AsposeTenantInterceptor } from './tenants/aspose-tenant.interceptor.js';
import { AsposeTenants } from './tenants/aspose-tenants.js';
import { TenantContext } from './tenants/tenant-context.js';
import { SystemTokenClock, TokenClock } from './token/token-clock.js';
import { completeSource } from './token/token-layer.js';
import type { TokenSource } from './token/token-source.js';

/** Provides what there is once per app. Every registration imports and re-exports it. */
@Module({
  providers: [
    { provide: TokenClock, useClass: SystemTokenClock },
    {
      provide: ClientRegistry,
      inject: [ModuleRef, TokenClock],
      useFactory: (moduleRef: ModuleRef, clock: TokenClock) =>
        ClientRegistry.of(modulesOf(moduleRef), clock),
    },
    {
      provide: AsposeClients,
      inject: [ClientRegistry],
      useFactory: ({ clients }: ClientRegistry) => clients,
    },
    {
      provide: TenantContext,
      inject: [ClientRegistry],
      useFactory: ({ tenants }: ClientRegistry) => tenants,
    },
    {
      provide: AsposeTenants,
      inject: [ClientRegistry],
      useFactory: ({ clients, tenants }: ClientRegistry) =>
        new AsposeTenants(tenants, (client) => clients.sourceOf(client)),
    },
    AsposeTenantGuard,
    AsposeTenantInterceptor,
    AsposeTokenGuard,
    {
      provide: Symbol('requiredClients'),
      inject: [ModuleRef],
      useFactory: (moduleRef: ModuleRef) => ({
        onModuleInit: () => {
          const modules = modulesOf(moduleRef);
          assertRequiredClients(modules, namesIn(modules));
        },
      }),
    },
    {
      provide: Symbol('injectedClients'),
      inject: [ModuleRef],
      useFactory: (moduleRef: ModuleRef) =>
        assertInjectedClients(modulesOf(moduleRef)),
    },
    AsposeAuthInterceptor,
    AsposeAuthExceptionFilter,
  ],
  exports: [
    TokenClock,
    ClientRegistry,
    AsposeClients,
    TenantContext,
    AsposeTenants,
    AsposeTenantGuard,
    AsposeTenantInterceptor,
    AsposeTokenGuard,
    AsposeAuthInterceptor,
    AsposeAuthExceptionFilter,
  ],
})
export class AsposeAuthCoreModule {}

/** The parts of a client that an app can inject. */
const PUBLIC_PARTS = ['tokens', 'source', 'http', 'fetch'] as const;

/** What an app can inject of a client. */
export function exportsOf(name: string): Required<DynamicModule>['exports'] {
  return [
    ...PUBLIC_PARTS.map((part) => tokenOf(part, name)),
    tokenOf('connection', name),
    AsposeAuthCoreModule,
  ];
}

/** The parts of a client. A test that overrides the part `tokens` reaches all others: they use the part `source`. */
export function providersOf(name: string): Provider[] {
  const its = (part: ClientPart) => tokenOf(part, name);
  return [
    {
      provide: its('options'),
      inject: [its('givenOptions'), ModuleRef],
      useFactory: (
        options: AsposeAuthModuleOptions,
        moduleRef: ModuleRef,
      ): ResolvedOptions => {
        const modules = modulesOf(moduleRef);
        assertSingleRegistration(
          modules,
          its('givenOptions'),
          cannotStart(name),
        );
        // Nest calls no hook of a module that is loaded lazily.
        assertStaticScope(modules, its('options'), cannotStart(name));
        return resolveOptions(options, name);
      },
    },
    staticScopeAtBoot(its('options'), cannotStart(name)),
    {
      provide: its('tokens'),
      inject: [ClientRegistry, its('options')],
      useFactory: (registry: ClientRegistry, options: ResolvedOptions) =>
        registry.createTokens(name, options),
    },
    {
      provide: its('source'),
      inject: [its('tokens'), its('options')],
      useFactory: (
        tokens: TokenSource,
        { allowedOrigins, assertReachable }: ResolvedOptions,
      ) => {
        const source = completeSource(tokens, allowedOrigins);
        if (assertReachable !== undefined)
          for (const given of [tokens, source])
            limitCalls(given, assertReachable);
        return source;
      },
    },
    {
      provide: its('connection'),
      inject: [its('options')],
      useFactory: ({
        baseUrl,
        endpoint,
      }: ResolvedOptions): AsposeConnection => ({
        baseUrl: baseUrl.replace(/(?<!\/)\/+$/, ''),
        tokenEndpoint: endpoint.url,
      }),
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
    {
      provide: Symbol('parts'),
      inject: [AsposeClients, ...PUBLIC_PARTS.map(its)],
      useFactory: (
        clients: AsposeClients,
        tokens: AsposeTokenService,
        source: TokenSource,
        http: AsposeHttpService,
        fetch: AsposeFetch,
      ) => clients.add(name, { tokens, source, http, fetch }),
    },
  ];
}
