import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { assertTokenSource } from '../checks/token-source-check.js';
import type { TokenSource } from '../token/token-source.js';
import { SdkAuthentication } from './sdk-authentication.js';
import { assertAllowedUrl } from './sdk-requests.js';
import { isSlidesApi, slidesWithTokens } from './slides/slides-with-tokens.js';

/** What the authenticated SDKs have in common: a place for an authenticator. */
interface SdkConfiguration {
  authentication: unknown;
  baseUrl?: unknown;
}

const CANNOT_GIVE = 'The SDK cannot be given tokens';

/**
 * Makes an object of an official Aspose SDK use the app's tokens instead of requesting its own.
 *
 * Takes the APIs of Cells, Words, Tasks, PDF, CAD and Slides, and BarCode's `Configuration`. Give their constructors any
 * placeholder for the client id and secret, but not an empty string: some refuse it, others then skip authentication.
 *
 * @returns the object to call: the same one, but for Slides, where it is a proxy.
 * @throws {InvalidOptionsError} when the object is none of these, or when there is no token source.
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
  assertTokenSource(tokens, CANNOT_GIVE);
  if (isSlidesApi(api)) return slidesWithTokens(api, tokens);
  const configuration = configurationOf(api);
  assertAllowedUrl(configuration.baseUrl, tokens.allowedOrigins);
  configuration.authentication = new SdkAuthentication(tokens);
  return api;
}

function configurationOf(api: object): SdkConfiguration {
  const candidate =
    (Object(api) as { configuration?: unknown }).configuration ?? api;
  if (isSdkConfiguration(candidate)) return candidate;
  throw new InvalidOptionsError(
    [
      `withAsposeTokens does not know ${api?.constructor?.name ?? typeof api}: it has neither configuration.authentication nor authentication. ` +
        'Pass the API object of Cells, Words, Tasks, PDF, CAD or Slides, or the Configuration of BarCode.',
    ],
    { what: CANNOT_GIVE },
  );
}

/** BarCode declares the field without setting it. */
function isSdkConfiguration(candidate: unknown): candidate is SdkConfiguration {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    ('authentication' in candidate || 'tokenUrl' in candidate)
  );
}
