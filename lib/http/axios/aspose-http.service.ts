import { HttpService } from '@nestjs/axios';
import type { AxiosPromise, AxiosResponse } from 'axios';
import type { Observable } from 'rxjs';

import type { TokenSource } from '../../token/token-source.js';
import { interceptWithBearer } from './bearer-adapter.js';
import { pristineAxios } from './pristine-axios.js';

/** What an {@link AsposeHttpService} is made with. */
export interface AsposeHttpSettings {
  /** Where relative URLs lead. */
  readonly baseUrl: string;
  /** The origins that may receive the token, as `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /**
   * How long a call may go without a byte in either direction, in milliseconds; 0 for no limit.
   *
   * @default 0
   */
  readonly idleTimeoutMs?: number;
  /** Further settings of the axios instance, such as its timeout or agent. */
  readonly axios: object;
}

/**
 * An `HttpService` whose every request carries a valid Aspose token.
 *
 * Works on an axios instance of its own, with the Aspose API as its base URL. Of what the app sets for all of axios it
 * takes timeouts, agents and proxies, and nothing that tells who calls. The token goes to allowed origins only:
 * another absolute URL fails with {@link ForeignOriginError}, and a redirect elsewhere loses the token. A request whose
 * token is unauthorized (401) is sent again with another one when its body can be. A call of which no byte moves for `idleTimeoutMs` is given up. axios' `timeout` starts once the token
 * is there; an `AbortSignal` ends the wait for the token as well. URL, parameters, headers and body are read
 * when the call starts: do not change a body of more than 1 MiB before it has settled.
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
  private readonly tokens: TokenSource;

  constructor(tokens: TokenSource, settings: AsposeHttpSettings) {
    const { allowedOrigins, axios, baseUrl, idleTimeoutMs = 0 } = settings;
    const instance = pristineAxios({ ...axios, baseURL: baseUrl });
    interceptWithBearer(instance, {
      tokens,
      allowedOrigins,
      onForeignOrigin: 'forbid',
      routeWithoutToken: 'direct',
      idleTimeoutMs,
    });
    super(instance);
    this.tokens = tokens;
  }

  /**
   * A call is that of the tenant for whom it was made, whoever subscribes to it.
   *
   * @internal
   */
  protected override makeObservable<T>(
    axios: (...given: unknown[]) => AxiosPromise<T>,
    ...given: unknown[]
  ): Observable<AxiosResponse<T>> {
    const tokens = this.tokens.pin();
    // What comes of it is heard where it was subscribed to.
    const call = (...passed: unknown[]) =>
      tokens.runPinned(() => axios(...passed));
    return super.makeObservable<T>(call, ...given);
  }
}
