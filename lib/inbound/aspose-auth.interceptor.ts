import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
// rxjs 7.1 exports operators only from here.
import { catchError } from 'rxjs/operators';

import { tokenHttpException } from './token-error-response.js';

/**
 * Answers a handler's failure to get a token with 503, 504 or 502 and `Retry-After`.
 *
 * Other errors, and contexts other than HTTP, pass. It sees what the handler throws; only
 * {@link AsposeAuthExceptionFilter} sees the errors of other guards.
 *
 * @example
 * ```ts
 * @Controller('reports')
 * @UseInterceptors(AsposeAuthInterceptor)
 * export class ReportController {}
 * ```
 */
@Injectable()
export class AsposeAuthInterceptor implements NestInterceptor {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        throw tokenHttpException(error, context, this.adapterHost) ?? error;
      }),
    );
  }
}
