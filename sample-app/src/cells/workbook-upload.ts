import {
  BadRequestException,
  type CallHandler,
  type ExecutionContext,
  ParseFilePipe,
  PayloadTooLargeException,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Observable } from 'rxjs';

const FIELD = 'file';
const MAX_WORKBOOK_MB = 20;

/** Keeps the workbook in memory, for a second call to Aspose after a 401. */
const FileInMemory = FileInterceptor(FIELD, {
  limits: { fileSize: MAX_WORKBOOK_MB * 1024 * 1024, files: 1, fields: 0 },
  defParamCharset: 'utf8',
});

export class WorkbookInterceptor extends FileInMemory {
  /** Says what to send; multer would only say "File too large" or "Unexpected field". */
  override async intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    try {
      return await super.intercept(context, next);
    } catch (error) {
      if (error instanceof PayloadTooLargeException) throw tooLarge();
      throw error instanceof BadRequestException ? noWorkbook() : error;
    }
  }
}

export const workbookPipe = new ParseFilePipe({ exceptionFactory: noWorkbook });

function tooLarge(): PayloadTooLargeException {
  return new PayloadTooLargeException(
    `The workbook is larger than ${MAX_WORKBOOK_MB} MB.`,
  );
}

function noWorkbook(): BadRequestException {
  return new BadRequestException(
    `Send the workbook as multipart/form-data, in the field "${FIELD}".`,
  );
}
