import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
  Module,
} from '@nestjs/common';

import {
  TOKEN_ENDPOINT_POLICY,
  tokenEndpointProviders,
} from './token-endpoint.providers.js';
import { createTokenEndpointController } from './token-endpoint.controller.js';
import type {
  TokenEndpointAsyncOptions,
  TokenEndpointOptions,
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';

const NO_SHAPE: Record<keyof TokenEndpointShape, undefined> = {
  mode: undefined,
  path: undefined,
  guards: undefined,
  imports: undefined,
};

const ConfigurableEndpointModule: ConfigurableModuleCls<
  TokenEndpointPolicy,
  'forRoot',
  'createTokenEndpointPolicy',
  TokenEndpointShape
> = new ConfigurableModuleBuilder<TokenEndpointPolicy>({
  optionsInjectionToken: TOKEN_ENDPOINT_POLICY,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createTokenEndpointPolicy')
  .setExtras<TokenEndpointShape>(
    NO_SHAPE as unknown as TokenEndpointShape,
    (definition, shape): DynamicModule => ({
      ...definition,
      imports: [...(definition.imports ?? []), ...(shape.imports ?? [])],
      controllers: [createTokenEndpointController(shape)],
      providers: [
        ...(definition.providers ?? []),
        ...tokenEndpointProviders(shape),
      ],
    }),
  )
  .build().ConfigurableModuleClass;

/**
 * Serves PostAccessToken from your own app.
 *
 * As `forward` it has the credentials that callers send tried by Aspose's identity server and hands its answer back.
 * As `broker` it gives callers the app's own token, without credentials: whatever SDK, in whatever language, shares one
 * token and never sees the secret. May be registered several times, with different paths.
 *
 * @see https://docs.aspose.cloud/cells/post-access-token/
 */
@Module({})
export class AsposeTokenEndpointModule {
  /**
   * Serves a token endpoint.
   *
   * @throws {InvalidOptionsError} at boot: when anyone could ask, among others.
   *
   * @example
   * ```ts
   * AsposeTokenEndpointModule.forRoot({ mode: 'broker', guards: [ServiceKeyGuard] });
   * ```
   */
  static forRoot(options: TokenEndpointOptions): DynamicModule {
    return {
      ...ConfigurableEndpointModule.forRoot(options),
      module: AsposeTokenEndpointModule,
    };
  }

  /**
   * Serves a token endpoint whose policy comes from a factory. Mode, path, guards and imports are static.
   *
   * @throws {InvalidOptionsError} at boot: when anyone could ask, among others.
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
    return {
      ...ConfigurableEndpointModule.forRootAsync(options),
      module: AsposeTokenEndpointModule,
    };
  }
}
