import { Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { ClientRegistry } from './clients/client-registry.js';
import { AsposeAuthExceptionFilter } from './inbound/aspose-auth-exception.filter.js';
import { AsposeAuthInterceptor } from './inbound/aspose-auth.interceptor.js';
import { SystemTokenClock, TokenClock } from './token/token-clock.js';

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
