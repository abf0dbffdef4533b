import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Injectable,
} from '@nestjs/common';
import {
  BaseExceptionFilter,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';

import { leaveToNest } from '../inbound/aspose-auth-exception.filter.js';
import { endpointPaths, leadsTo } from './endpoint-paths.js';

/**
 * Hides what the platform's body parser says about a body that it cannot parse at a token endpoint: Express quotes a
 * piece of it, which may be a secret.
 *
 * The parser runs before any controller, so this filter must be global, and the last one: Nest asks no other. With
 * `useGlobalFilters`, pass it as the last argument:
 * `new MalformedBodyFilter(app.get(HttpAdapterHost), app.get(ModulesContainer))`.
 *
 * @example
 * ```ts
 * @Module({ providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }] })
 * export class AppModule {}
 * ```
 */
@Catch(BadRequestException)
@Injectable()
export class MalformedBodyFilter extends BaseExceptionFilter {
  readonly #modules: ModulesContainer;

  constructor(
    protected override readonly httpAdapterHost: HttpAdapterHost,
    modules: ModulesContainer,
  ) {
    super();
    this.#modules = modules;
  }

  override catch(exception: BadRequestException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return leaveToNest(exception, host);
    const { httpAdapter } = this.httpAdapterHost;
    const url = String(httpAdapter.getRequestUrl(host.getArgByIndex(0)));
    const isOfEndpoint = endpointPaths(this.#modules).some((path) =>
      leadsTo(path, url),
    );
    super.catch(
      isOfEndpoint
        ? new BadRequestException('The body cannot be parsed.')
        : exception,
      host,
    );
  }
}
