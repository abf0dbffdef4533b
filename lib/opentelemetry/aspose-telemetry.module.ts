import {
  type DynamicModule,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AsposeClients } from '../clients/aspose-clients.js';
import { sharedByApps } from './channels.js';
import { observeClients } from './client-instruments.js';
import { observeFetches } from './fetch-telemetry.js';
import { observeStores } from './store-telemetry.js';
import { countUnauthorized } from './unauthorized-counter.js';

/**
 * Tells OpenTelemetry what the app's tokens do: metrics of each client, and a span for each token request.
 *
 * It uses the global meter and tracer providers. Start the SDK first: instruments of a meter that is asked for before it has
 * started record nothing, without a warning. No attribute holds a tenant, a token or a credential.
 *
 * Two apps in one process that have telemetry share the providers, and the series of clients with one name.
 */
@Module({
  providers: [
    {
      provide: Symbol('telemetry'),
      inject: [ModuleRef],
      useFactory: telemetryOf,
    },
  ],
})
export class AsposeTelemetryModule {
  /**
   * Registers the module, beside `AsposeAuthModule`.
   *
   * @example
   * ```ts
   * @Module({ imports: [AsposeTelemetryModule.forRoot()] })
   * export class AppModule {}
   * ```
   */
  static forRoot(): DynamicModule {
    return REGISTRATION;
  }
}

const observeChannels = [observeFetches, observeStores].map(sharedByApps);

/** One for all registrations of an app. */
const REGISTRATION: DynamicModule = { module: AsposeTelemetryModule };

function telemetryOf(app: ModuleRef): OnModuleInit & OnApplicationShutdown {
  // From the start: clients may fetch their first tokens before the hook of this module is called.
  const ends = observeChannels.map((observe) => observe());
  return {
    onModuleInit() {
      const clients = app.get(AsposeClients, { strict: false });
      const tokens = new Map(
        clients.names.map((name) => [name, clients.get(name).tokens]),
      );
      ends.push(observeClients(tokens), countUnauthorized(tokens));
    },
    onApplicationShutdown() {
      for (const end of ends.splice(0)) end();
    },
  };
}
