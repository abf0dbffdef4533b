import type { FactoryProvider, InjectionToken, Type } from '@nestjs/common';

import { InvalidOptionsError } from '../errors/errors.js';
import { TokenSource } from '../token/token-source.js';
import { SdkAuthentication } from './sdk-authentication.js';
import { CANNOT_GIVE, originForSdk, sdkPolicy } from './sdk-requests.js';
import { isSlidesApi, slidesWithTokens } from './slides/slides-with-tokens.js';

/** What the authenticated SDKs have in common: a place for an authenticator. */
interface SdkConfiguration {
  authentication: unknown;
  baseUrl?: unknown;
}

/**
 * Makes an object of an official Aspose SDK use the app's tokens instead of requesting its own.
 *
 * Takes the APIs of Cells, Words, Tasks, PDF, CAD and Slides, and BarCode's `Configuration`. Give their constructors any
 * placeholder for the client id and secret, but not an empty string: some throw then, others skip authentication.
 *
 * @returns the object to call: the same one, but for Slides, where it is a proxy.
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
  tokens: TokenSource,
): Api {
  const policy = sdkPolicy(tokens);
  const configuration = configurationOf(api);
  if (configuration.baseUrl !== undefined)
    originForSdk(configuration.baseUrl, tokens, policy);
  if (isSlidesApi(api)) return slidesWithTokens(api, tokens, policy);
  configuration.authentication = new SdkAuthentication(tokens, policy);
  return api;
}

function configurationOf(api: object): SdkConfiguration {
  const { configuration = api } = Object(api) as { configuration?: unknown };
  const fields = Object(configuration) as SdkConfiguration;
  // BarCode declares the field without setting it.
  if ('authentication' in fields || 'tokenUrl' in fields || isSlidesApi(api))
    return fields;
  throw new InvalidOptionsError(CANNOT_GIVE, [
    `withAsposeTokens does not know ${api?.constructor?.name ?? typeof api}: it has neither configuration.authentication nor authentication. ` +
      'Pass the API object of Cells, Words, Tasks, PDF, CAD or Slides, or the Configuration of BarCode.',
  ]);
}

/**
 * Provides an official Aspose SDK's API, ready to be injected by its class, with the app's tokens.
 *
 * @param api - the class, such as `CellsApi`.
 * @param create - creates the object; receives the providers in `inject`.
 * @throws {InvalidOptionsError} at boot, when the object is not one that {@link withAsposeTokens} knows.
 *
 * @example
 * ```ts
 * @Module({
 *   providers: [
 *     provideAsposeSdk(CellsApi, () => new CellsApi('external', 'external', 'v3.0')),
 *   ],
 * })
 * export class ReportModule {}
 * ```
 */
export function provideAsposeSdk<Api extends object>(
  api: Type<Api>,
  create: (...injected: never[]) => Api | Promise<Api>,
  inject: InjectionToken[] = [],
): FactoryProvider<Api> {
  return {
    provide: api,
    inject: [TokenSource, ...inject],
    useFactory: async (tokens: TokenSource, ...injected: unknown[]) =>
      withAsposeTokens(await create(...(injected as never[])), tokens),
  };
}
