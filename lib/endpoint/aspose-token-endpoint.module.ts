import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
  Module,
} from '@nestjs/common';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { optionsFactory } from '../registration/options-factory.js';
import {
  ENDPOINT_CANNOT_START,
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

/**
 * Serves PostAccessToken from your own app.
 *
 * In mode `forward` it passes callers' credentials on to Aspose's identity server and returns the answer unchanged.
 * In mode `broker` it gives callers the app's own token, without credentials: SDKs in any language share one token and
 * never see the secret. May be registered several times, with different paths.
 *
 * @see https://docs.aspose.cloud/cells/post-access-token/
 */
@Module({})
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
    const { mode, path, guards, imports, ...policy } = { ...options };
    return serving(
      { mode, path, guards, imports },
      PolicyModule.forRoot(policy),
    );
  }

  /**
   * Serves a token endpoint whose policy comes from a factory. Mode, path, guards and imports are static.
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
          ['mode', 'path', 'guards'],
          ENDPOINT_CANNOT_START,
        ),
      }),
    );
  }
}

function serving(
  shape: TokenEndpointShape,
  { providers = [] }: DynamicModule,
): DynamicModule {
  if (shape.guards !== undefined && !Array.isArray(shape.guards))
    throw new InvalidOptionsError(
      ['guards must be a list: guards: [ServiceKeyGuard].'],
      { what: ENDPOINT_CANNOT_START },
    );
  return {
    module: AsposeTokenEndpointModule,
    imports: shape.imports ?? [],
    controllers: [createTokenEndpointController(shape)],
    providers: [...providers, ...tokenEndpointProviders(shape)],
  };
}
