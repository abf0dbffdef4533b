import {
  type ArgumentsHost,
  Catch,
  PayloadTooLargeException,
} from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { MAX_WORKBOOK_MB } from './workbook-upload.js';

/** Adds to multer's "File too large" how large a file may be. */
@Catch(PayloadTooLargeException)
export class WorkbookTooLargeFilter extends BaseExceptionFilter {
  override catch(_: PayloadTooLargeException, host: ArgumentsHost): void {
    const message = `The workbook is larger than ${MAX_WORKBOOK_MB} MB.`;
    super.catch(new PayloadTooLargeException(message), host);
  }
}
