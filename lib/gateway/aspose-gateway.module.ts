import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
  Global,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import {
  type AbstractHttpAdapter,
  HttpAdapterHost,
  ModuleRef,
} from '@nestjs/core';

import type { AsposeConnection } from '../clients/aspose-connection.js';
import { namesIn } from '../clients/client-names.js';
import { tokenOf } from '../clients/injection-tokens.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { globalPrefixOf, modulesOf } from '../registration/app-modules.js';
import { REGISTERED, refuseBareImport } from '../registration/bare-import.js';
import {
  optionsFactory,
  staticScopeAtBoot,
} from '../registration/registration-checks.js';
import {
  contestedPathBelow,
  routePath,
  servesPaths,
} from '../registration/served-paths.js';
import { AsposeTenants } from '../tenants/aspose-tenants.js';
import { TenantContext } from '../tenants/tenant-context.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { TokenSource } from '../token/token-source.js';
import type {
  GatewayAsyncOptions,
  GatewayOptions,
  GatewayPolicy,
  GatewayShape,
} from './aspose-gateway-options.interface.js';
import { addEarlyLayer, anyPathOf } from './early-layer.js';
import { Gateway } from './gateway.js';
import {
  createGatewayController,
  GATEWAY,
  routeGateway,
} from './gateway.controller.js';
import { AsposeGatewayEvents } from './gateway-event.js';
import { GatewayLog } from './gateway-log.js';
import {
  CANNOT_START,
  gatewayProblems,
  shapeProblems,
} from './gateway-problems.js';
import { gatewaySettings } from './gateway-settings.js';
import { tokenPathBelow } from './gateway-target.js';

const GATEWAY_POLICY = 'ASPOSE_GATEWAY_POLICY';
const GATEWAY_SHAPE = 'ASPOSE_GATEWAY_SHAPE';
const GATEWAY_CONTROLLER = 'ASPOSE_GATEWAY_CONTROLLER';

const PolicyModule: ConfigurableModuleCls<
  GatewayPolicy,
  'forRoot',
  'createGatewayPolicy'
> = new ConfigurableModuleBuilder<GatewayPolicy>({
  optionsInjectionToken: GATEWAY_POLICY,
  // Nest 10 treats two registrations as one if their factories have the same source text.
  alwaysTransient: true,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createGatewayPolicy')
  .build().ConfigurableModuleClass;

/** One for all registrations, whose events come together here. */
@Global()
@Module({ providers: [AsposeGatewayEvents], exports: [AsposeGatewayEvents] })
class GatewayEventsModule {}

/**
 * Lets a browser, or another service, call Aspose Cloud through the app: with the app's token, which it never sees, and both
 * bodies streamed.
 *
 * Only what `allow` names is let through, and only for those whom the guards let in. May be registered several times, with
 * different paths.
 */
@Module({ providers: [refuseBareImport(CANNOT_START)] })
export class AsposeGatewayModule
  implements NestModule, OnModuleInit, OnApplicationShutdown
{
  constructor(private readonly moduleRef: ModuleRef) {}

  /**
   * Opens a gateway.
   *
   * @throws {InvalidOptionsError} at boot, for example when anyone could call.
   *
   * @example
   * ```ts
   * AsposeGatewayModule.forRoot({
   *   path: 'aspose',
   *   allow: ['GET /v4.0/cells/**', 'PUT /v4.0/cells/convert/*'],
   *   guards: [SessionGuard],
   * });
   * ```
   */
  static forRoot(options: GatewayOptions): DynamicModule {
    const { path, client, guards, decorators, imports, ...policy } = {
      ...options,
    };
    return opening(
      { path, client, guards, decorators, imports },
      PolicyModule.forRoot(policy),
    );
  }

  /**
   * Opens a gateway whose policy comes from a factory. Path, client, guards, decorators and imports are static.
   *
   * @throws {InvalidOptionsError} at boot, for example when anyone could call.
   *
   * @example
   * ```ts
   * AsposeGatewayModule.forRootAsync({
   *   path: 'aspose',
   *   guards: [SessionGuard],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({
   *     allow: ['PUT /v4.0/cells/convert/*'],
   *     maxConcurrent: config.get<number>('ASPOSE_MAX_CONCURRENT'),
   *   }),
   * });
   * ```
   */
  static forRootAsync(options: GatewayAsyncOptions): DynamicModule {
    return opening(
      options,
      PolicyModule.forRootAsync({
        ...options,
        ...optionsFactory(
          options,
          'createGatewayPolicy',
          'ASPOSE_GATEWAY_POLICY_FACTORY',
          ['path', 'client', 'guards', 'decorators'],
          CANNOT_START,
        ),
      }),
    );
  }

  /** Nest calls it before it reads the routes, and once it has a platform. */
  configure(_consumer: MiddlewareConsumer): void {
    const adapter = adapterOf(this.moduleRef);
    if (adapter !== undefined)
      routeGateway(this.own(GATEWAY_CONTROLLER) as Type, anyPathOf(adapter));
  }

  onModuleInit(): void {
    const adapter = adapterOf(this.moduleRef);
    if (adapter === undefined) return;
    const { hidden } = this.gateway;
    hidden.placeAt(
      (this.own(GATEWAY_SHAPE) as GatewayShape).path,
      globalPrefixOf(this.moduleRef),
    );
    addEarlyLayer(adapter, (request, response) =>
      hidden.hide(request, response),
    );
  }

  onApplicationShutdown(): void {
    this.gateway.close();
  }

  private get gateway(): Gateway {
    return (this.own(GATEWAY) as () => Gateway)();
  }

  private own(token: string): unknown {
    return this.moduleRef.get(token, { strict: true });
  }
}

/** Undefined in an app without HTTP. */
function adapterOf(moduleRef: ModuleRef): AbstractHttpAdapter | undefined {
  return moduleRef.get(HttpAdapterHost, { strict: false }).httpAdapter;
}

function opening(
  shape: GatewayShape,
  { providers = [] }: DynamicModule,
): DynamicModule {
  const problems = shapeProblems(shape);
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_START, problems);
  const { client = DEFAULT_CLIENT } = shape;
  const path = routePath(shape.path);
  const controller = createGatewayController(shape);
  return {
    module: AsposeGatewayModule,
    imports: [GatewayEventsModule, ...(shape.imports ?? [])],
    controllers: [controller],
    providers: [
      ...providers,
      REGISTERED,
      servesPaths(path),
      staticScopeAtBoot(GATEWAY, CANNOT_START),
      { provide: GATEWAY_SHAPE, useValue: shape },
      { provide: GATEWAY_CONTROLLER, useValue: controller },
      {
        provide: GATEWAY,
        inject: [
          GATEWAY_POLICY,
          ModuleRef,
          AsposeGatewayEvents,
          { token: tokenOf('source', client), optional: true },
          { token: tokenOf('connection', client), optional: true },
          { token: TenantContext, optional: true },
          { token: AsposeTenants, optional: true },
          { token: TokenClock, optional: true },
        ],
        useFactory: (
          policy: GatewayPolicy,
          moduleRef: ModuleRef,
          events: AsposeGatewayEvents,
          tokens: TokenSource | undefined,
          connection: AsposeConnection | undefined,
          context: TenantContext | undefined,
          tenants: AsposeTenants | undefined,
          clock: TokenClock = new SystemTokenClock(),
        ): (() => Gateway) => {
          const modules = modulesOf(moduleRef);
          const problems = gatewayProblems(shape, policy, {
            client,
            tokens,
            tokenPath:
              connection &&
              tokenPathBelow(connection.baseUrl, connection.tokenEndpoint),
            names: namesIn(modules),
            contestedPath: contestedPathBelow(modules, path),
            isLate: adapterOf(moduleRef)?.getHttpServer()?.listening === true,
          });
          if (
            !tokens ||
            !connection ||
            !context ||
            !tenants ||
            problems.length > 0
          )
            throw new InvalidOptionsError(CANNOT_START, problems);
          const log = new GatewayLog(path);
          const gateway = new Gateway(
            {
              tokens,
              baseUrl: connection.baseUrl,
              tokenEndpoint: connection.tokenEndpoint,
              tenants: context,
              tokensOf: (id) => tenants.for(id, { client }),
            },
            gatewaySettings(policy, connection.baseUrl),
            (outcome) => {
              log.write(outcome);
              events.emit({
                at: clock.wallNow(),
                gateway: path,
                client,
                ...outcome,
              });
            },
          );
          return () => gateway;
        },
      },
    ],
  };
}
