import type {
  Abstract,
  FactoryProvider,
  InjectionToken,
  Type,
} from '@nestjs/common';

import type { AsposeConnection } from '../clients/aspose-connection.js';
import { tokenOf } from '../clients/injection-tokens.js';
import {
  isRecord,
  problemsIn,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { completeSource } from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';
import { SdkAuthentication } from './sdk-authentication.js';
import { callWithTokens } from './sdk-calls.js';
import { replaceMethods } from './sdk-methods.js';
import { CANNOT_GIVE, originForSdk, sdkPolicy } from './sdk-requests.js';
import { isSlidesApi, slidesWithTokens } from './slides/slides-with-tokens.js';

/** What the SDKs have in common: a place for an authenticator. */
interface SdkConfiguration {
  authentication: unknown;
  baseUrl?: unknown;
  /** What GroupDocs has in place of it. */
  apiBaseUrl?: unknown;
}

/**
 * Makes an API object of an official SDK use the app's tokens instead of requesting its own.
 *
 * Takes the APIs of Cells, Words, Tasks, PDF, Slides, Imaging, CAD, BarCode and GroupDocs. Give their constructors any
 * placeholder for the client id and secret, but not an empty string: some throw then, others skip authentication.
 *
 * @returns the object to call: a proxy. Calls on the original object have tokens, too, but fail after a revocation.
 * @throws {InvalidOptionsError} when the object is not one of these, when there is no token source, or when it does not say
 *   where its tokens may be sent.
 * @throws {ForeignOriginError} when its base URL may not receive the token.
 *
 * @example
 * ```ts
 * const cells = withAsposeTokens(
 *   new CellsApi('external', 'external', 'v3.0', 'https://api.aspose.cloud'),
 *   tokens,
 * );
 * ```
 */
export function withAsposeTokens<Api extends object>(
  api: Api,
  source: TokenSource,
): Api {
  const policy = sdkPolicy(source);
  const tokens = completeSource(source, policy.allowedOrigins);
  const { baseUrl, apiBaseUrl } = configurationOf(api);
  const url = baseUrl ?? apiBaseUrl;
  if (url !== undefined) originForSdk(url, tokens, policy);
  if (isSlidesApi(api)) return slidesWithTokens(api, tokens, policy);
  const connect = () => {
    const configuration = configurationOf(api);
    const connection = { tokens, policy, configuration };
    configuration.authentication = new SdkAuthentication(connection);
    return connection;
  };
  connect();
  // The app may have given it another configuration since.
  return replaceMethods(api, (call) => callWithTokens(connect(), call));
}

function configurationOf(api: object): SdkConfiguration {
  const { configuration, _configuration: ofBarCode } = Object(api) as {
    configuration?: unknown;
    _configuration?: unknown;
  };
  const fields = Object(configuration ?? ofBarCode) as SdkConfiguration;
  // BarCode declares the field without setting it.
  if ('authentication' in fields || 'tokenUrl' in fields || isSlidesApi(api))
    return fields;
  throw new InvalidOptionsError(CANNOT_GIVE, [
    `withAsposeTokens does not know ${api?.constructor?.name ?? typeof api}: it has no configuration with a place for an authenticator. ` +
      'Pass the API object of an official SDK, made with placeholders for client id and secret, and not its Configuration.',
  ]);
}

/** What else an API object is made with. */
export interface AsposeSdkOptions {
  /** The providers that the factory receives, after the connection. */
  readonly inject?: readonly InjectionToken[] | undefined;
  /** The client whose tokens and base URL it gets. @default the client without a name */
  readonly client?: string | undefined;
}

/**
 * Provides an official SDK's API, ready to be injected by its class, with the app's tokens.
 *
 * @param api - the class, such as `CellsApi`.
 * @param create - creates the object; receives the connection to Aspose, then the providers in `inject`.
 * @throws {InvalidOptionsError} when an argument is unusable; at boot, when the object is not one that
 *   {@link withAsposeTokens} knows.
 *
 * @example
 * ```ts
 * @Module({
 *   providers: [
 *     provideAsposeSdk(
 *       CellsApi,
 *       ({ baseUrl }) => new CellsApi('external', 'external', 'v3.0', baseUrl),
 *     ),
 *   ],
 * })
 * export class ReportModule {}
 * ```
 */
export function provideAsposeSdk<Api extends object>(
  // The constructors of GroupDocs are private.
  api: Type<Api> | Abstract<Api>,
  create: (
    connection: AsposeConnection,
    ...injected: never[]
  ) => Api | Promise<Api>,
  options: AsposeSdkOptions = {},
): FactoryProvider<Api> {
  assertProvidable(api, create, options);
  const { inject = [], client = DEFAULT_CLIENT } = options;
  return {
    provide: api,
    inject: [
      tokenOf('source', client),
      tokenOf('connection', client),
      ...inject,
    ],
    useFactory: async (
      tokens: TokenSource,
      connection: AsposeConnection,
      ...injected: unknown[]
    ) =>
      withAsposeTokens(
        await create(connection, ...(injected as never[])),
        tokens,
      ),
  };
}

function assertProvidable(
  api: unknown,
  create: unknown,
  options: unknown,
): void {
  const { inject = [], client = '' } = isRecord(options) ? options : {};
  const problems = [
    ...problemsIn({
      'The first argument must be the class of the API, such as CellsApi.':
        typeof api !== 'function',
      'The second argument must be a function that creates the API: ({ baseUrl }) => new CellsApi(…).':
        typeof create !== 'function',
      'inject must be a list of injection tokens, none of them undefined.':
        !Array.isArray(inject) || inject.includes(undefined),
      'client must be the name of a client.': typeof client !== 'string',
    }),
    ...(isRecord(options)
      ? unknownNames(options, ['inject', 'client'])
      : [
          `The third argument must be an object, { inject, client }, not ${typeOf(options)}.`,
        ]),
  ];
  if (problems.length > 0)
    throw new InvalidOptionsError('provideAsposeSdk cannot provide', problems);
}
