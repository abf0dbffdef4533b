import { HttpService } from '@nestjs/axios';

import type { TokenSource } from '../token/token-source.js';
import { axiosOfNest } from './axios-copies.js';
import { interceptWithBearer } from './bearer-interceptor.js';

/** What an {@link AsposeHttpService} is made with. */
export interface AsposeHttpSettings {
  /** Where relative URLs lead. */
  readonly baseUrl: string;
  /** The origins that may receive the token, as `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /** Further settings of the axios instance, such as its timeout or agent. */
  readonly axios: object;
}

/**
 * An `HttpService` whose every request carries a valid Aspose token.
 *
 * Works on an axios instance of its own, with the Aspose API as its base URL. The token goes to allowed origins only:
 * another absolute URL fails with {@link ForeignOriginError}, and a redirect elsewhere loses the token. A request whose
 * token is refused is sent again with another one when its body can be. What axios knows as the `timeout` begins once
 * the token is at hand; an `AbortSignal` ends the wait for the token as well.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class ReportService {
 *   constructor(private readonly aspose: AsposeHttpService) {}
 *
 *   async toPdf(workbook: FormData): Promise<Buffer> {
 *     const response = await firstValueFrom(
 *       this.aspose.put<Buffer>('/v4.0/cells/convert/spreadsheet', workbook, {
 *         params: { format: 'pdf' },
 *         responseType: 'arraybuffer',
 *       }),
 *     );
 *     return response.data;
 *   }
 * }
 * ```
 */
export class AsposeHttpService extends HttpService {
  constructor(tokens: TokenSource, settings: AsposeHttpSettings) {
    const instance = withoutAppsAuthorization().create({
      ...settings.axios,
      baseURL: settings.baseUrl,
    });
    interceptWithBearer(instance, {
      tokens,
      allowedOrigins: settings.allowedOrigins,
      onForeignOrigin: 'throw',
    });
    super(instance);
  }
}

/** What an app sets for all of axios would go to Aspose in place of the token. */
function withoutAppsAuthorization() {
  const instance = axiosOfNest.create();
  delete instance.defaults.auth;
  Object.assign(instance.defaults, {
    headers: withoutAuthorization(instance.defaults.headers),
  });
  return instance;
}

/** Groups such as `common` are the app's. */
function withoutAuthorization(headers: object): object {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !/^authorization$/i.test(name))
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? withoutAuthorization(value)
          : value,
      ]),
  );
}
