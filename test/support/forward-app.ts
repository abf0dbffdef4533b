import {
  type DynamicModule,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';

import { TokenClock } from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import type { Platform } from './platforms.js';
import { type AppSettings, runApp, type RunningApp } from './running-app.js';

@Module({})
class ClockModule {}

/** Gives every module of an app its clock. */
export function clockModule(clock: TokenClock): DynamicModule {
  return {
    module: ClockModule,
    global: true,
    providers: [{ provide: TokenClock, useValue: clock }],
    exports: [TokenClock],
  };
}

/** How an app that forwards differs from a plain one. */
export interface ForwardSettings extends AppSettings {
  readonly policy?: TokenEndpointPolicy;
  readonly metadata?: ModuleMetadata;
}

/** Boots an app that forwards to an identity server, for anyone and until the test ends. */
export function runForward(
  platform: Platform,
  identityServer: string,
  { policy, metadata, clock, configure }: ForwardSettings = {},
): Promise<RunningApp> {
  return runApp(
    platform,
    {
      ...metadata,
      imports: [
        ...(clock ? [clockModule(clock)] : []),
        ...(metadata?.imports ?? []),
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          public: true,
          tokenEndpoint: `${identityServer}/connect/token`,
          ...policy,
        }),
      ],
    },
    { ...(configure && { configure }) },
  );
}
