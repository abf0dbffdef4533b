import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { defer, type Observable } from 'rxjs';
// rxjs 7.1 exports operators only from here.
import { catchError } from 'rxjs/operators';

import { readFailedAnswer } from '../http/failure/call-failure.js';
import { asposeHttpException, logCallFailure } from './failure-answer.js';

/**
 * Answers what goes wrong with Aspose in a handler, as {@link AsposeAuthExceptionFilter} does, and logs why a call failed.
 *
 * Other errors, and contexts other than HTTP, pass. It sees what the handler throws; only the filter sees the errors of other
 * guards.
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
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(
      catchError((error: unknown) =>
        defer(async () => {
          await readFailedAnswer(error);
          logCallFailure(error);
          throw asposeHttpException(error, context, this.adapterHost) ?? error;
        }),
      ),
    );
  }
}
