import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
  Global,
  Module,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { problemsIn } from '../checks/option-checks.js';
import type { AsposeConnection } from '../clients/aspose-connection.js';
import { namesIn } from '../clients/client-names.js';
import { tokenOf } from '../clients/injection-tokens.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { modulesOf } from '../registration/app-modules.js';
import { REGISTERED, refuseBareImport } from '../registration/bare-import.js';
import {
  optionsFactory,
  staticScopeAtBoot,
} from '../registration/registration-checks.js';
import {
  contestedPath,
  routePath,
  servesPaths,
} from '../registration/served-paths.js';
import { TenantContext } from '../tenants/tenant-context.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { TokenSource } from '../token/token-source.js';
import { axiosTokenTransport } from '../transport/axios-token-transport.js';
import { readClientRequest } from './client-request.js';
import { DEFAULT_ENDPOINT_PATH } from './default-endpoint-path.js';
import { IdentityServerHealth } from './identity-server-health.js';
import { tokenBroker } from './token-broker.js';
import {
  createTokenEndpointController,
  TOKEN_ENDPOINT_HANDLER,
  type TokenEndpointHandler,
} from './token-endpoint.controller.js';
import {
  AsposeTokenEndpointEvents,
  type TokenEndpointEvent,
} from './token-endpoint-event.js';
import { TokenEndpointLog } from './token-endpoint-log.js';
import type {
  TokenEndpointAsyncOptions,
  TokenEndpointOptions,
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';
import {
  CANNOT_START,
  tokenEndpointProblems,
} from './token-endpoint-problems.js';
import { DEFAULT_IDENTITY_SERVER, TokenForwarder } from './token-forwarder.js';

const TOKEN_ENDPOINT_POLICY = 'ASPOSE_TOKEN_ENDPOINT_POLICY';

const PolicyModule: ConfigurableModuleCls<
  TokenEndpointPolicy,
  'forRoot',
  'createTokenEndpointPolicy'
> = new ConfigurableModuleBuilder<TokenEndpointPolicy>({
  optionsInjectionToken: TOKEN_ENDPOINT_POLICY,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createTokenEndpointPolicy')
  .build().ConfigurableModuleClass;

/** One for all registrations, whose events come together here. */
@Global()
@Module({
  providers: [AsposeTokenEndpointEvents],
  exports: [AsposeTokenEndpointEvents],
})
class TokenEndpointEventsModule {}

/**
 * Serves PostAccessToken from your own app.
 *
 * In mode `forward` it passes callers' credentials on to Aspose's identity server and returns the answer unchanged.
 * In mode `broker` it gives callers the app's own token, without credentials: SDKs in any language share one token and
 * never see the secret. May be registered several times, with different paths.
 *
 * @see https://docs.aspose.cloud/cells/post-access-token/
 */
@Module({ providers: [refuseBareImport(CANNOT_START)] })
export class AsposeTokenEndpointModule {
  /**
   * Serves a token endpoint.
   *
   * @throws {InvalidOptionsError} at boot, for example when anyone could ask.
   *
   * @example
   * ```ts
   * AsposeTokenEndpointModule.forRoot({ mode: 'broker', guards: [ServiceKeyGuard] });
   * ```
   */
  static forRoot(options: TokenEndpointOptions): DynamicModule {
    const { mode, path, client, guards, decorators, imports, ...policy } = {
      ...options,
    };
    return serving(
      { mode, path, client, guards, decorators, imports },
      PolicyModule.forRoot(policy),
    );
  }

  /**
   * Serves a token endpoint whose policy comes from a factory. Mode, path, guards, decorators and imports are static.
   *
   * @throws {InvalidOptionsError} at boot, for example when anyone could ask.
   *
   * @example
   * ```ts
   * AsposeTokenEndpointModule.forRootAsync({
   *   mode: 'forward',
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({
   *     allowedClientIds: config.get<string>('CLIENT_IDS', '').split(','),
   *   }),
   * });
   * ```
   */
  static forRootAsync(options: TokenEndpointAsyncOptions): DynamicModule {
    return serving(
      options,
      PolicyModule.forRootAsync({
        ...options,
        ...optionsFactory(
          options,
          'createTokenEndpointPolicy',
          'ASPOSE_TOKEN_ENDPOINT_POLICY_FACTORY',
          ['mode', 'path', 'client', 'guards', 'decorators'],
          CANNOT_START,
        ),
      }),
    );
  }
}

/** What Nest would fail on obscurely, before anything is checked at boot. */
function shapeProblems({
  path,
  client,
  guards,
  decorators,
  imports,
}: TokenEndpointShape): string[] {
  return problemsIn({
    'guards must be a list: guards: [ServiceKeyGuard].':
      guards !== undefined && !Array.isArray(guards),
    "decorators must be a list: decorators: [ApiSecurity('service-key')].":
      decorators !== undefined && !Array.isArray(decorators),
    'imports must be a list: imports: [ServiceKeyModule].':
      imports !== undefined && !Array.isArray(imports),
    'path must be a text such as v4.0/cells/connect/token.':
      path !== undefined && typeof path !== 'string',
    'client must be the name of a client.':
      client !== undefined && typeof client !== 'string',
  });
}

function serving(
  shape: TokenEndpointShape,
  { providers = [] }: DynamicModule,
): DynamicModule {
  const problems = shapeProblems(shape);
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_START, problems);
  const { client = DEFAULT_CLIENT } = shape;
  const path = routePath(shape.path ?? DEFAULT_ENDPOINT_PATH);
  return {
    module: AsposeTokenEndpointModule,
    imports: [TokenEndpointEventsModule, ...(shape.imports ?? [])],
    controllers: [createTokenEndpointController(shape)],
    providers: [
      ...providers,
      REGISTERED,
      servesPaths(path),
      staticScopeAtBoot(TOKEN_ENDPOINT_HANDLER, CANNOT_START),
      {
        provide: TOKEN_ENDPOINT_HANDLER,
        inject: [
          TOKEN_ENDPOINT_POLICY,
          ModuleRef,
          AsposeTokenEndpointEvents,
          { token: tokenOf('source', client), optional: true },
          { token: tokenOf('connection', client), optional: true },
          { token: TenantContext, optional: true },
          { token: TokenClock, optional: true },
        ],
        useFactory: (
          policy: TokenEndpointPolicy,
          moduleRef: ModuleRef,
          events: AsposeTokenEndpointEvents,
          tokens: TokenSource | undefined,
          connection: AsposeConnection | undefined,
          tenants: TenantContext | undefined,
          clock: TokenClock = new SystemTokenClock(),
        ): TokenEndpointHandler => {
          const modules = modulesOf(moduleRef);
          const problems = tokenEndpointProblems(
            shape,
            policy,
            { client, tokens, names: namesIn(modules) },
            contestedPath(modules, [path]),
          );
          if (problems.length > 0)
            throw new InvalidOptionsError(CANNOT_START, problems);
          const emit = (event: TokenEndpointEvent) =>
            events.emit({ at: clock.wallNow(), path, ...event });
          return shape.mode === 'broker' && tokens !== undefined
            ? tokenBroker({ client, tokens, tenants }, clock, policy, emit)
            : forwarding(path, forwardedBy(policy, connection), clock, emit);
        },
      },
    ],
  };
}

/** Callers' credentials go where the app's own go, unless the policy says otherwise. */
function forwardedBy(
  policy: TokenEndpointPolicy,
  connection: AsposeConnection | undefined,
): TokenEndpointPolicy {
  const { tokenEndpoint = connection?.tokenEndpoint } = policy;
  return { ...policy, tokenEndpoint };
}

function forwarding(
  path: string,
  policy: TokenEndpointPolicy,
  clock: TokenClock,
  emit: (event: TokenEndpointEvent) => void,
): TokenEndpointHandler {
  const { tokenEndpoint = DEFAULT_IDENTITY_SERVER, tokenAxios } = policy;
  const log = new TokenEndpointLog(path, tokenEndpoint);
  const health = new IdentityServerHealth(clock, (change) => {
    log.write(change);
    emit(change);
  });
  const transport = axiosTokenTransport(tokenAxios);
  const forwarder = new TokenForwarder(policy, clock, transport, health);
  return async (request) => forwarder.forward(readClientRequest(request));
}
